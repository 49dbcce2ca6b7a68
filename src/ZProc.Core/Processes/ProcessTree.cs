using System.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>
/// What an OS process leaves behind: everything that descends from it by parent, by session or by lineage, wherever
/// it has been re-parented to. The root itself and the calling process are never part of it.
/// </summary>
public abstract class ProcessTree : IDisposable
{
    /// <summary>The tree of a child that was just started.</summary>
    /// <param name="child">The child.</param>
    /// <param name="lineage">What the child was started with.</param>
    public static ProcessTree Of(Process child, Lineage lineage) =>
        OperatingSystem.IsWindows() ? WindowsProcessTree.Contain(child) : Unix(UnixProcessTree.Identify(child.Id), lineage);

    /// <summary>The tree of the calling process.</summary>
    /// <param name="lineage">What the calling process was started with.</param>
    public static ProcessTree OfSelf(Lineage lineage) =>
        OperatingSystem.IsWindows() ? WindowsProcessTree.OfSelf() : Unix(UnixProcessTree.Identify(Environment.ProcessId), lineage);

    /// <summary>Everything of a lineage, whoever its parent is.</summary>
    public static ProcessTree Of(Lineage lineage) =>
        OperatingSystem.IsWindows() ? WindowsProcessTree.OfSelf() : Unix(null, lineage);

    /// <summary>Whether a process runs. A zombie does not.</summary>
    public static bool IsAlive(ProcessIdentity process) => UnixProcessTree.Identify(process.Id) == process;

    /// <summary>Waits until a process, anybody's, runs no more, and kills it at the bound.</summary>
    public static void End(ProcessIdentity process, TimeSpan bound)
    {
        if (OperatingSystem.IsLinux())
        {
            using var handle = LinuxProcessHandle.Open(process);
            if (handle?.WaitForExit(bound) == false)
            {
                handle.Kill();
            }

            return;
        }

        try
        {
            using var other = Process.GetProcessById(process.Id);
            if (IsAlive(process) && !other.WaitForExit(bound))
            {
                other.Kill();
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>Tells who has a process id now; null when nobody does.</summary>
    public static ProcessIdentity? Identify(int id) => UnixProcessTree.Identify(id);

    /// <summary>Everything alive that belongs to the tree.</summary>
    public abstract IReadOnlyCollection<ProcessIdentity> Find();

    /// <summary>
    /// Kills until nothing is found any more: what is forked while we look is found by the next look.
    /// </summary>
    /// <param name="bound">When to give up.</param>
    /// <returns>Whether nothing is left.</returns>
    public abstract bool Kill(TimeSpan bound);

    /// <summary>
    /// Kills what a program that has ended left behind and still holds a pipe that this process reads: whoever waits for
    /// the end of the pipe waits no more. Does nothing where pipes do not show.
    /// </summary>
    public virtual void KillOrphanedWriters()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the platform's handles.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private static UnixProcessTree Unix(ProcessIdentity? root, Lineage lineage) =>
        OperatingSystem.IsMacOS() ? new MacProcessTree(root, lineage) : new LinuxProcessTree(root, lineage);
}
