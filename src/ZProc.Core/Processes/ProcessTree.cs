using System.Diagnostics;
using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>
/// The processes that an OS process starts: everything that descends from it by parent, by session or by lineage, also after
/// a change of parent. The root itself and the calling process are never part of the tree.
/// </summary>
public abstract class ProcessTree : IDisposable
{
    /// <summary>The tree of a child that was just started, on Linux or macOS. On Windows the tree is there before the child: see <see cref="StartedChild"/>.</summary>
    /// <param name="child">The child.</param>
    /// <param name="lineage">The lineage that the child was started with.</param>
    internal static ProcessTree Of(Process child, Lineage lineage) =>
        new UnixProcessTree(ProcessIdentity.Of(child.Id), lineage);

    /// <summary>The tree of the calling process.</summary>
    /// <param name="lineage">The lineage that the calling process was started with.</param>
    public static ProcessTree OfSelf(Lineage lineage) =>
        OperatingSystem.IsWindows() ? new WindowsProcessTree(null) : new UnixProcessTree(ProcessIdentity.Of(Environment.ProcessId), lineage);

    /// <summary>
    /// Whether the calling process has certainly never started another one, so that its tree is empty. Asks the system for the
    /// children of this process, which takes far less time than a look at all processes. False where the system does not tell.
    /// </summary>
    public static bool HasStartedNothing => OperatingSystem.IsLinux() && Libc.HasNeverHadChildren();

    /// <summary>Every process of a lineage, whatever its parent is.</summary>
    public static ProcessTree Of(Lineage lineage) =>
        OperatingSystem.IsWindows() ? new WindowsProcessTree(null) : new UnixProcessTree(root: null, lineage);

    /// <summary>Everything alive that belongs to the tree.</summary>
    public abstract IReadOnlyCollection<ProcessIdentity> Find();

    /// <summary>Kills the tree, in rounds until nothing is found: a process forked during one round is found by the next.</summary>
    /// <param name="bound">When to give up.</param>
    /// <returns>Whether nothing is left.</returns>
    public abstract bool Kill(TimeSpan bound);

    /// <summary>Asks the tree to end (SIGTERM) and gives it a moment, then kills what is left. On Windows: kills the tree.</summary>
    /// <param name="moment">How long the processes may take to end.</param>
    /// <param name="bound">When to give up killing.</param>
    /// <returns>Whether nothing is left.</returns>
    public virtual bool End(TimeSpan moment, TimeSpan bound) => Kill(bound);

    /// <summary>
    /// Kills processes whose parent has ended and that hold a pipe which this process reads, so that the pipe ends. Does
    /// nothing on platforms that do not show pipes.
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

    /// <summary>Closes the platform's handles.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
