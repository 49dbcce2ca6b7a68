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
        // One ps tells all of every process, with the environments that this user may read.
        var (text, id) = Run("/bin/ps", "-A", "-E", "-ww", "-o", "pid=,ppid=,pgid=,stat=,lstart=,command=");
        return Parse(text, id);
    }

    /// <inheritdoc/>
    public bool CarriesLineage(ProcessEntry process, Lineage lineage) =>
        process.Command is { } command && lineage.Covers(Encoding.UTF8.GetBytes(command.Replace(' ', '\0')));

    /// <inheritdoc/>
    public void Kill(ProcessIdentity process)
    {
        if (process.IsAlive)
        {
            Libc.Kill(process.Id, Libc.SignalKill);
        }
    }

    /// <inheritdoc/>
    public void Terminate(ProcessIdentity process)
    {
        if (process.IsAlive)
        {
            Libc.Kill(process.Id, Libc.SignalTerminate);
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

    /// <summary>Runs <c>ps</c>, which writes times of UTC: local times repeat themselves, and the zone may change while processes run.</summary>
    /// <returns>What it wrote, and its own id.</returns>
    internal static (string Text, int Id) Run(string program, params string[] arguments)
    {
        // Where one of the three is the terminal, .NET sets the terminal's modes until the program has ended.
        using var ps = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["LC_ALL"] = "C", ["TZ"] = "UTC" },
        })!;
        ps.StandardInput.Close();
        var warnings = ps.StandardError.ReadToEndAsync(); // nobody needs them, but ps waits for room
        var text = ps.StandardOutput.ReadToEnd();
        warnings.Wait();
        ps.WaitForExit();
        return (text, ps.Id);
    }

    /// <summary>Reads the list.</summary>
    /// <param name="text">What <c>ps</c> wrote: a process a line, as id, parent, group, state, start time of UTC, and command with environment.</param>
    /// <param name="ps">The id of <c>ps</c> itself, a child of this process: it is left out, or a search for children would never find none.</param>
    internal static IReadOnlyList<ProcessEntry> Parse(string text, int ps)
    {
        var entries = new List<ProcessEntry>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length == 5 && fields[4].Length >= StartTimeLength
                && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != ps
                && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
                && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var group)
                && !fields[3].StartsWith('Z')
                && DateTime.TryParseExact(
                    fields[4][..StartTimeLength], "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite | DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start))
            {
                entries.Add(new ProcessEntry(new ProcessIdentity(id, start.Ticks), parent, group, fields[4][StartTimeLength..].Trim()));
            }
        }

        return entries;
    }
}
