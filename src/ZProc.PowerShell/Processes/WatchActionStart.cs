using ZProc.Watching;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>
/// Makes a process out of a watcher's action: the script runs once per matching update, in order, one call at a time,
/// in one runspace, with <c>$Update</c> set. The worker opens the watch itself, so <paramref name="Spec"/> has to say
/// from which revision on: then nothing is missed however long the worker takes to start.
/// </summary>
/// <param name="Spec">What is watched; travels to OS processes as bytes.</param>
/// <param name="Count">After how many calls the process ends; null: when it is stopped.</param>
/// <param name="Done">How many calls earlier attempts have made.</param>
internal sealed record WatchActionStart(WatchSpec Spec, int? Count = null, int Done = 0)
{
    /// <summary>The same for a next attempt: the update whose call failed comes again.</summary>
    public WatchActionStart After(WatchProgress progress) =>
        new(Spec with { SinceRevision = progress.Revision, IsResumed = true }, Count, progress.Calls);
}
