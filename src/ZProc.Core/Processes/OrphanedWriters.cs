namespace ZProc.Core.Processes;

/// <summary>
/// Processes whose parent has ended and that hold a pipe which this process reads. A reader of the pipe would wait for them, so
/// a script that stops kills them. Linux only.
/// </summary>
internal static class OrphanedWriters
{
    /// <summary>Kills them.</summary>
    /// <param name="processes">The platform's calls.</param>
    /// <param name="tree">The processes that this one started.</param>
    public static void Kill(IUnixProcesses processes, IReadOnlyCollection<ProcessIdentity> tree)
    {
        var parents = tree.Select(process => process.Id).Append(Environment.ProcessId).ToHashSet();
        var pipes = LinuxPipes.ReadHere();
        foreach (var process in tree)
        {
            if (!ProgramEnd.IsEnding(process) && LinuxProcesses.Read(process.Id) is { } entry && !parents.Contains(entry.ParentId) && LinuxPipes.AnyHeldBy(process.Id, pipes))
            {
                processes.Kill(process);
            }
        }
    }
}
