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

    /// <summary>Those that have ended, too: a watcher with <c>-Count</c> may end at any time, and that is no error.</summary>
    private protected override IEnumerable<ZStateWatcher> Candidates => ResolvedContext.Watchers.Known;

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var watcher in ParameterSetName == "Watcher" ? Watcher : Named().ToArray())
        {
            if (ShouldProcess(watcher.Name, "Unregister ZProc state watcher"))
            {
                watcher.Unregister();
                watcher.Process?.EndWatching(Force, StopToken);
            }
        }
    }
}
