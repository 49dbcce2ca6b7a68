using System.Buffers;
using System.Globalization;
using System.Text;

namespace ZProc.Core.Processes;

/// <summary>The tree as /proc shows it.</summary>
internal sealed class LinuxProcessTree : UnixProcessTree
{
    // Positions in /proc/PID/stat after the closing parenthesis of the name, which itself may hold anything.
    private const int State = 0;
    private const int Parent = 1;
    private const int Session = 3;
    private const int StartTime = 19;

    public LinuxProcessTree(ProcessIdentity? root, Lineage lineage)
        : base(root, lineage)
    {
    }

    /// <summary>Reads one process; null when it is gone or a zombie.</summary>
    public static ProcessEntry? Read(int id)
    {
        var text = ReadFile($"/proc/{id}/stat");
        if (text is null)
        {
            return null;
        }

        var stat = Encoding.ASCII.GetString(text);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[State] is "Z" or "X" ? null : new ProcessEntry(
            new ProcessIdentity(id, Number(fields[StartTime])), (int)Number(fields[Parent]), (int)Number(fields[Session]));
    }

    /// <inheritdoc/>
    public override void KillOrphanedWriters()
    {
        var found = Find();
        var ids = found.Select(process => process.Id).Append(Environment.ProcessId).ToHashSet();
        var pipes = LinuxPipes.ReadHere();
        foreach (var process in found)
        {
            if (Read(process.Id) is { } entry && !ids.Contains(entry.ParentId) && LinuxPipes.AnyHeldBy(process.Id, pipes))
            {
                Signal(process);
            }
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ProcessEntry> List()
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
    protected override bool CarriesLineage(int id) => ReadFile($"/proc/{id}/environ") is { } environment && Lineage.Covers(environment);

    /// <inheritdoc/>
    protected override void Signal(ProcessIdentity process)
    {
        using var handle = LinuxProcessHandle.Open(process);
        handle?.Kill();
    }

    /// <inheritdoc/>
    protected override void WaitForExit(ProcessIdentity process, TimeSpan bound)
    {
        using var handle = LinuxProcessHandle.Open(process);
        handle?.WaitForExit(bound);
    }

    /// <summary>Reads a file of /proc, which tells no length; null when it is gone or not ours to read.</summary>
    private static byte[]? ReadFile(string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(8192);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var length = 0;
            while (file.Read(buffer, length, buffer.Length - length) is var read and > 0)
            {
                length += read;
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, length).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
