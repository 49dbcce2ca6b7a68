using System.Globalization;
using System.Text;

namespace ZProc.Core.Processes;

/// <summary>The processes of a Linux system, as <c>/proc</c> shows them.</summary>
internal sealed class LinuxProcesses : IUnixProcesses
{
    // Positions in /proc/PID/stat behind the closing parenthesis of the name, which may hold any character.
    private const int State = 0;
    private const int Parent = 1;
    private const int Session = 3;
    private const int Threads = 17;
    private const int StartTime = 19;

    /// <summary>
    /// Reads one process; null when there is none with that id, or only a zombie. One whose first thread has ended looks like a zombie, and
    /// is none while others end: it has its files and locks so long.
    /// </summary>
    public static ProcessEntry? Read(int id)
    {
        var text = ProcFile.Read($"/proc/{id}/stat");
        if (text is null)
        {
            return null;
        }

        var stat = Encoding.ASCII.GetString(text);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var hasEnded = fields[State] is "X" || (fields[State] is "Z" && Number(fields[Threads]) <= 1);
        return hasEnded ? null : new ProcessEntry(
            new ProcessIdentity(id, Number(fields[StartTime])), (int)Number(fields[Parent]), (int)Number(fields[Session]));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ProcessEntry> List()
    {
        var entries = new List<ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(id) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <inheritdoc/>
    public bool CarriesLineage(ProcessEntry process, Lineage lineage) => ProcFile.Read($"/proc/{process.Identity.Id}/environ") is { } environment && lineage.Covers(environment);

    /// <inheritdoc/>
    public void Kill(ProcessIdentity process)
    {
        using var handle = LinuxProcessHandle.Open(process);
        handle?.Kill();
    }

    /// <inheritdoc/>
    public void Terminate(ProcessIdentity process)
    {
        using var handle = LinuxProcessHandle.Open(process);
        handle?.Signal(Libc.SignalTerminate);
    }

    /// <inheritdoc/>
    public void WaitForExit(ProcessIdentity process, TimeSpan bound)
    {
        using var handle = LinuxProcessHandle.Open(process);
        handle?.WaitForExit(bound);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
