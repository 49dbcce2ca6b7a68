using System.Diagnostics;
using System.Globalization;
using System.Text;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>The processes of macOS, as <c>ps</c> shows them. A worker's process group stands in for its session. Never run on macOS yet.</summary>
internal sealed class MacProcesses : IUnixProcesses
{
    private const int StartTimeLength = 24; // "Mon Nov 23 20:52:11 2026"

    /// <inheritdoc/>
    public IReadOnlyList<ProcessEntry> List()
    {
        var entries = new List<ProcessEntry>();
        foreach (var line in Ps("-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="))
        {
            var fields = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length == 5 && !fields[3].StartsWith('Z') && fields[4].Length >= StartTimeLength
                && DateTime.TryParseExact(
                    fields[4][..StartTimeLength], "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out var start))
            {
                entries.Add(new ProcessEntry(
                    new ProcessIdentity(Number(fields[0]), start.ToUniversalTime().Ticks), Number(fields[1]), Number(fields[2])));
            }
        }

        return entries;
    }

    /// <inheritdoc/>
    public bool CarriesLineage(int id, Lineage lineage) =>
        Ps("-E", "-ww", "-o", "command=", "-p", id.ToString(CultureInfo.InvariantCulture))
            .Any(line => lineage.Covers(Encoding.UTF8.GetBytes(line.Replace(' ', '\0'))));

    /// <inheritdoc/>
    public void Kill(ProcessIdentity process)
    {
        if (process.IsAlive)
        {
            Libc.Kill(process.Id, Libc.SignalKill);
        }
    }

    /// <inheritdoc/>
    public void WaitForExit(ProcessIdentity process, TimeSpan bound)
    {
        try
        {
            using var handle = Process.GetProcessById(process.Id);
            handle.WaitForExit(bound);
        }
        catch (ArgumentException expected)
        {
            // Expected: the process has ended.
            ZProcEventSource.Log.FaultCaught(nameof(MacProcesses), expected);
        }
    }

    private static string[] Ps(params string[] arguments)
    {
        using var ps = Process.Start(new ProcessStartInfo("/bin/ps", arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["LC_ALL"] = "C" },
        });
        var text = ps!.StandardOutput.ReadToEnd();
        ps.WaitForExit();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
