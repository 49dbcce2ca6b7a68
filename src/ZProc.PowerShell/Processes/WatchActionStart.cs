using ZProc.Watching;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>
/// The watching of a process that runs a watcher's action: the script runs once per matching update, in order, one call at
/// a time, in one runspace, with <c>$Update</c> set. The worker opens the watch at the revision of <paramref name="Spec"/>,
/// so that no update is missed while the worker starts.
/// </summary>
/// <param name="Spec">The updates to watch for.</param>
/// <param name="Count">The number of calls after which the process ends; null for no limit.</param>
/// <param name="Done">The number of calls that earlier attempts have made.</param>
internal sealed record WatchActionStart(WatchSpec Spec, int? Count = null, int Done = 0)
{
    /// <summary>The watching of the next attempt, which begins with the update whose call failed.</summary>
    public WatchActionStart After(WatchProgress progress) =>
        new(Spec with { SinceRevision = progress.Revision, IsResumed = true }, Count, progress.Calls);
}
