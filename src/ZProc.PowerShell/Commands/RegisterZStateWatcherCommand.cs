using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.State;
using ZProc.Values;
using ZProc.Watching;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>
/// <c>Register-ZStateWatcher</c>: registers a watcher, which sees every matching update from then on. An action runs once for each of
/// them, in order, in a runspace or an OS process of its own, with <c>$Update</c>, <c>$State</c>, <c>$Props</c> and
/// <c>$Process</c>. Without an action, updates wait for <c>Wait-ZState -Watcher</c>.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "ZStateWatcher", SupportsShouldProcess = true, DefaultParameterSetName = ChangeSet)]
[OutputType(typeof(ZStateWatcher))]
public sealed class RegisterZStateWatcherCommand : WatchingCommand, IDynamicParameters
{
    // No key has this name: a watch on it costs the commits nothing, and keeps its place in the stream.
    private static readonly KeyFilter NoKey = new(["\0"]);

    private readonly RetryParameters _retry = new();

    /// <summary>The script block to run for each update.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    public ScriptBlock? Action { get; set; }

    /// <summary>The watcher's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Whether the action runs in an OS process or in a runspace. Default: a runspace.</summary>
    [Parameter]
    public ProcessKind As { get; set; } = ProcessKind.Runspace;

    /// <summary>The watcher ends after this many calls of the action.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <summary>The action's <c>$Props</c>.</summary>
    [Parameter]
    [AllowNull]
    public object? Props { get; set; }

    /// <summary>The parameters about failed calls of the action. A retry begins with the update of the failed call.</summary>
    public object? GetDynamicParameters() => _retry;

    /// <inheritdoc/>
    protected override void End()
    {
        var context = ResolvedContext;
        var self = CurrentSource.Get(context);
        var spec = Spec();
        CheckAction();
        if (!ShouldProcess(Name ?? $"namespace '{spec.Namespace}'", "Register ZProc state watcher"))
        {
            return;
        }

        ZStateWatcher watcher;
        if (Action is null)
        {
            watcher = new ZStateWatcher(context, Name, spec, WatchSession.Open(context, spec, self, When, Transfer, StopToken), process: null);
        }
        else
        {
            // The place in the stream is taken here; the worker continues from it when it is ready.
            var here = context.Client.Watch(new() { Namespace = spec.Namespace, Keys = NoKey, SinceRevision = SinceRevision, Observer = Transfer }, StopToken);
            spec = spec with { SinceRevision = here.StartRevision };
            ZProcess process;
            try
            {
                process = Start(context, spec);
            }
            catch
            {
                here.Dispose();
                throw;
            }

            process.Ended.ContinueWith(_ => here.Dispose(), TaskScheduler.Default);
            watcher = new ZStateWatcher(context, Name ?? process.Name, spec, session: null, process);
        }

        context.Watchers.Add(watcher);
        WriteObject(watcher);
    }

    private void CheckAction()
    {
        foreach (var name in new[] { nameof(As), nameof(Count), nameof(Props) }.Concat(RetryParameters.Names))
        {
            if (Action is null && MyInvocation.BoundParameters.ContainsKey(name))
            {
                throw new FaultException(Fault.InvalidArgument, $"-{name} needs an -Action. Leave it out, and read updates with Wait-ZState -Watcher.", name);
            }
        }
    }

    private ZProcess Start(ZProcContext context, WatchSpec spec)
    {
        var action = ScriptSource.Of(Action!);
        var (usingValues, variables) = BlockValues.Of(SessionState, Action);
        return context.Processes.Start(new ProcessStart
        {
            Script = action with { Types = When is null ? action.Types : [.. action.Types, .. TypeSearch.For(When.Ast)] },
            Namespace = spec.Namespace,
            Name = Name,
            As = As,
            Props = StartValues.Encode(Props, "-Props"),
            Using = usingValues,
            Variables = variables,
            Preferences = Preferences.Of(this),
            Retry = _retry.ToPolicy(this),
            RetryProps = _retry.EncodedProps(),
            WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
            Watch = new WatchActionStart(spec, Count),
        });
    }
}
