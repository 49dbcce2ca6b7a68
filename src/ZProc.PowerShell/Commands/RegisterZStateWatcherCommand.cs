using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.Processes;
using ZProc.State;
using ZProc.Values;
using ZProc.Watching;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>
/// <c>Register-ZStateWatcher</c>: watches from the moment it returns. With an action, that runs once for each matching
/// update, in order, in a runspace or an OS process of its own, with <c>$Update</c>, <c>$State</c>, <c>$Props</c> and
/// <c>$Process</c>; without, updates wait to be pulled with <c>Wait-ZState -Watcher</c>.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "ZStateWatcher", SupportsShouldProcess = true, DefaultParameterSetName = ChangeSet)]
[OutputType(typeof(ZStateWatcher))]
public sealed class RegisterZStateWatcherCommand : WatchingCommand, IDynamicParameters
{
    // No key looks like this: a watch on it keeps its place and costs no commit anything.
    private static readonly KeyFilter NoKey = new(["\0"]);

    private readonly RetryParameters _retry = new();

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

    /// <summary>What the action gets as <c>$Props</c>.</summary>
    [Parameter]
    [AllowNull]
    public object? Props { get; set; }

    /// <summary>What is to be done about calls of the action that fail: a retry begins with the update that the call was for.</summary>
    public object? GetDynamicParameters() => _retry;

    /// <inheritdoc/>
    protected override void End()
    {
        var context = TheContext;
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
            watcher = new ZStateWatcher(context, Name, spec, WatchSession.Open(context, spec, self, When, StopToken), process: null);
        }
        else
        {
            // The place in the stream is taken here and now, and kept; the worker takes it up whenever it is ready.
            var here = context.Client.Watch(new() { Namespace = spec.Namespace, Keys = NoKey, SinceRevision = SinceRevision }, StopToken);
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
                throw new FaultException(Fault.InvalidArgument, $"-{name} is for a watcher with an -Action. Pull from one without by Wait-ZState -Watcher.", name);
            }
        }
    }

    private ZProcess Start(ZProcContext context, WatchSpec spec) => context.Processes.Start(new ProcessStart
    {
        Script = ScriptSource.Of(Action!),
        Namespace = spec.Namespace,
        Name = Name,
        As = As,
        Props = PowerShellValues.Encode(Props),
        Using = UsingValues.Collect(Action!, SessionState),
        Preferences = Preferences.Of(this),
        Retry = _retry.ToPolicy(),
        RetryProps = _retry.EncodedProps(),
        WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
        Watch = new WatchActionStart(spec, Count),
    });
}
