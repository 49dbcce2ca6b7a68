using System.Management.Automation;
using ZProc.Completers;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>
/// <c>Unregister-ZStateWatcher</c>: ends watchers. Waits for a call of the action that is running; with <c>-Force</c>, stops that call.
/// </summary>
[Cmdlet(VerbsLifecycle.Unregister, "ZStateWatcher", SupportsShouldProcess = true, DefaultParameterSetName = "Watcher")]
public sealed class UnregisterZStateWatcherCommand : WatcherCommand
{
    /// <summary>The watchers.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Watcher")]
    [ArgumentCompleter(typeof(WatcherNameCompleter))]
    public ZStateWatcher[] Watcher { get; set; } = [];

    /// <summary>Stops a call of the action that is running.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var watcher in ParameterSetName == "Watcher" ? Watcher : Named().ToArray())
        {
            if (ShouldProcess(watcher.Name, "Unregister ZProc state watcher"))
            {
                watcher.Context.Watchers.Remove(watcher);
                watcher.Process?.EndWatching(Force, StopToken);
            }
        }
    }
}
