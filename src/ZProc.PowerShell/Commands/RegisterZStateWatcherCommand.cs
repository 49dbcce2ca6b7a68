using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary>
/// <c>Register-ZStateWatcher</c>: watches from the moment it returns. With an action, that runs once for each matching
/// update, in order, in a runspace or an OS process of its own, with <c>$Update</c>, <c>$State</c>, <c>$Props</c> and
/// <c>$Process</c>; without, updates wait to be pulled with <c>Wait-ZState -Watcher</c>.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "ZStateWatcher", DefaultParameterSetName = ChangeSet)]
[OutputType(typeof(ZStateWatcher))]
public sealed class RegisterZStateWatcherCommand : WatchingCommand
{
    /// <summary>What to run for each update.</summary>
    [Parameter(Position = 1)]
    public ScriptBlock? Action { get; set; }

    /// <summary>What to call it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What the action runs as. Default: a runspace.</summary>
    [Parameter]
    public ProcessKind As { get; set; } = ProcessKind.Runspace;

    /// <summary>Ends after this many calls of the action.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <summary>Does not see the updates that the action itself makes.</summary>
    [Parameter]
    public SwitchParameter ExcludeSelf { get; set; }

    /// <summary>What the action gets as <c>$Props</c>.</summary>
    [Parameter]
    [AllowNull]
    public object? Props { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var context = TheContext;
        var self = CurrentSource.Get(context);
        var spec = Spec(ExcludeSelf);
        ZStateWatcher watcher;
        if (Action is null)
        {
            watcher = new ZStateWatcher(context, Name, spec, WatchSession.Open(context, spec, self, When, StopToken), process: null);
        }
        else
        {
            // The place in the stream is taken here and now; the worker takes it up whenever it is ready.
            using (var here = context.Client.Watch(new() { Namespace = spec.Namespace, SinceRevision = SinceRevision }, StopToken))
            {
                spec = spec with { SinceRevision = here.StartRevision };
            }

            var process = context.Processes.Start(new ProcessStart
            {
                Script = ScriptSource.Of(Action),
                Namespace = spec.Namespace,
                Name = Name,
                As = As,
                Props = PowerShellValues.Encode(Props),
                Using = UsingValues.Collect(Action, SessionState),
                WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
                Watch = new WatchActionStart(spec, Count),
            });
            watcher = new ZStateWatcher(context, Name ?? process.Name, spec, session: null, process);
        }

        context.Watchers.Add(watcher);
        WriteObject(watcher);
    }
}
