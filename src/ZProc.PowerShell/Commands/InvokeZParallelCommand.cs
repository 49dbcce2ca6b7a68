using System.Collections;
using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Parallel;
using ZProc.Processes;
using ZProc.Progress;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>
/// <c>Invoke-ZParallel</c>: runs a script block for each item of the input, several at once, in runspaces or OS processes.
/// <c>$_</c> is the item. Results come as soon as the order of the input allows. An item that fails is one error, which
/// names the item, and the other items go on. <c>return</c>, <c>break</c> and <c>continue</c> end their item; so does <c>exit</c>,
/// with an error if its code is not 0. Items that run in one runspace share its global variables.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "ZParallel")]
public sealed class InvokeZParallelCommand : ZProcContextCommand
{
    private ParallelCall? _call;
    private ParallelProgress? _progress;
    private ParallelContext? _context;
    private List<object?>? _jobInput;
    private Deadline _deadline;
    private ItemOutput? _output;

    /// <summary>The script block to run for each item.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>The items. A collection that is given as an argument stands for its elements.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>How many items run at once at most. Default: one per processor.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int ThrottleLimit { get; set; } = System.Environment.ProcessorCount;

    /// <summary>Where items run: in runspaces of this OS process, or in OS processes of their own. When such a process dies, only its item in hand is lost.</summary>
    [Parameter]
    public ProcessKind As { get; set; } = ProcessKind.Runspace;

    /// <summary>Outputs results as they come, in any order.</summary>
    [Parameter]
    public SwitchParameter Unordered { get; set; }

    /// <summary>How many items a worker takes at once. Default: some milliseconds of work.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int? BatchSize { get; set; }

    /// <summary>Seconds that an item may take. An item that takes longer is stopped and fails with <c>ZProc.Timeout</c>.</summary>
    [Parameter]
    public double? ItemTimeoutSec { get; set; }

    /// <summary>
    /// Seconds that all items may take together. Items that still run then are stopped, no other begins, and the command ends with the
    /// error <c>ZProc.Timeout</c>: at once, or with the next item or the end of the input where the command waits for that.
    /// </summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <summary>Ends the command with the first error of an item.</summary>
    [Parameter]
    public SwitchParameter StopOnError { get; set; }

    /// <summary>Shows the progress bar at once, and not only after half a second. With <c>-ShowProgress:$false</c> there is none.</summary>
    [Parameter]
    public SwitchParameter ShowProgress { get; set; }

    /// <summary>Collects all input, and outputs a job that runs the items.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Arguments of the block by position, the same for all items. In runspaces, the block gets the objects themselves.</summary>
    [Parameter]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Modules to import into each runspace.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModuleCompleter))]
    public string[]? ImportModule { get; set; }

    /// <summary>Functions of this session for the block, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FunctionCompleter))]
    public string[]? ImportFunction { get; set; }

    /// <summary>A script block that runs once in each runspace, before the first item. Its output is dropped.</summary>
    [Parameter]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>Runs each item, after the initialization script, in a new runspace or OS process: no item finds what another one left behind.</summary>
    [Parameter]
    public SwitchParameter UseNewRunspace { get; set; }

    /// <summary>The block's <c>$Props</c>: a copy.</summary>
    [Parameter]
    [AllowNull]
    public object? Props { get; set; }

    /// <summary>The namespace of the block's <c>$State</c>, where there is a context. Default: the current namespace.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (AsJob)
        {
            (_jobInput ??= []).AddRange(InputItems.Of(MyInvocation, InputObject).Cast<object?>());
            return;
        }

        WithCleanup(() =>
        {
            StartCall();
            if (MyInvocation.ExpectingInput)
            {
                Add(InputObject);
                return;
            }

            if (BaseObject.Of(InputObject) is ICollection known and not IDictionary)
            {
                _progress!.Total = known.Count;
            }

            foreach (var item in InputItems.Of(MyInvocation, InputObject))
            {
                Add(item);
            }
        });
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (AsJob)
        {
            WriteObject(ParallelJob.Start(this, _jobInput ?? []));
            return;
        }

        if (_call is not { } call)
        {
            return; // there was no input
        }

        WithCleanup(() =>
        {
            call.Scheduler.EndInput();
            _progress!.Total = call.Scheduler.Count;
            Pump(() => call.Scheduler.IsDrained);
            Pump(() => call.HasEnded || _deadline.Passed); // all items are done: the limit only ends what workers still do
            while (call.TryTakeExtra(out var item))
            {
                _output!.Write(item);
            }

            call.Dispose();
            _progress.Dispose();
            _context?.Dispose();
        });

        // The state of a job tells whether items failed. The errors of the items are in its output.
        if (_output!.Ended > 0 && ParallelJob.IsOfJob(ScriptBlock))
        {
            throw new FaultException(Fault.ProcessFailed, $"{_output.Ended:N0} of {call.Scheduler.Count:N0} items failed. The output of the job has the error of each.");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _call?.Dispose();
            _progress?.Dispose(); // where the input ended with an error
            _context?.Dispose();
            _call?.Scheduler.Dispose();
        }

        base.Dispose(disposing);
    }

    private void StartCall()
    {
        if (_call is not null)
        {
            return;
        }

        _deadline = TimeOf(TimeoutSec, "-TimeoutSec") is { } time ? Deadline.After(time) : Deadline.Never;
        var writer = new ProgressWriter(this);
        var bar = new WorkProgress(writer, isOn: ShowProgress || !MyInvocation.BoundParameters.ContainsKey(nameof(ShowProgress)), isEager: ShowProgress);
        _output = new ItemOutput(this, StopOnError, writer);
        var itemTimeout = TimeOf(ItemTimeoutSec, "-ItemTimeoutSec");
        var (script, values) = ParallelJob.Find(ScriptBlock) ?? (ScriptSource.Of(ScriptBlock), BlockValues.Of(SessionState, ScriptBlock, InitializationScript));
        _context = ParallelContext.For(Context, As);
        var context = _context.Value;
        _call = new ParallelCall(new ParallelCallOptions
        {
            Context = context,
            Template = SessionTemplate.Of(),
            Arguments = ArgumentList ?? [],
            ThrottleLimit = ThrottleLimit,
            BatchSize = BatchSize,
            IsOrdered = !Unordered,
            ShowsProgress = ShowProgress && bar.IsOn,
            StopsOnError = StopOnError,
            UsesNewRunspace = UseNewRunspace,
            ItemTimeout = itemTimeout,
            Deadline = _deadline,
            Start = new ProcessStart
            {
                Script = script,
                Namespace = Namespace ?? (context is null ? ContextFactory.DefaultNamespace : ContextTable.NamespaceOf(context)),
                As = As,
                TakesItems = true,
                Arguments = As == ProcessKind.Runspace
                    ? []
                    : (ArgumentList ?? []).Select((value, i) => StartValues.Encode(value, $"-ArgumentList [{i}]")).ToArray(),
                Props = StartValues.Encode(Props, "-Props"),
                Using = values.Using,
                Variables = values.Variables,
                WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
                InitializationScript = InitializationScript is null ? null : ScriptSource.Of(InitializationScript),
                Functions = SessionFunctions.Find(SessionState, ImportFunction),
                Preferences = Preferences.OfItems(this),
                ImportModule = ModulePaths.Of(SessionState, ImportModule),
            },
        });
        _progress = new ParallelProgress(bar, _call.Scheduler, _output);
    }

    private void Add(object? item)
    {
        var scheduler = _call!.Scheduler;
        if (_deadline.Passed)
        {
            Pump(static () => false); // passes on what came in time, and ends the command
        }

        if (!scheduler.Add(As == ProcessKind.Runspace ? CopiedItem.Of(item) : new EncodedItem(item)) || scheduler.Results.IsWorthDraining)
        {
            Pump(scheduler.MayAdd);
        }
    }

    /// <summary>Writes what the items wrote, until a condition holds.</summary>
    /// <exception cref="FaultException">Timeout: the deadline has passed, and the condition does not hold.</exception>
    private void Pump(Func<bool> isEnough)
    {
        var call = _call!;
        while (true)
        {
            StopToken.ThrowIfCancellationRequested();
            call.Scheduler.Results.Drain(_output!.Write, watch: true);
            _progress!.Update();
            if (call.Failure is { } failure)
            {
                ThrowTerminatingError(ErrorCodec.Copy(failure)); // a copy keeps its position
            }

            if (isEnough())
            {
                return;
            }

            if (_deadline.Passed)
            {
                throw new FaultException(
                    Fault.Timeout, $"The {TimeoutSec} seconds of -TimeoutSec are over: {call.Scheduler.Done:N0} of the {call.Scheduler.Count:N0} items read so far are done.");
            }

            Waits.Once(token => call.Scheduler.Results.Wait(Deadline.First(_deadline, _progress.Due).Remaining, token));
        }
    }

    /// <summary>Does some work. When the work fails or is stopped, the call is stopped at once, and its progress bar is removed.</summary>
    private void WithCleanup(Action work)
    {
        try
        {
            work();
        }
        catch
        {
            _call?.Dispose();
            _progress?.Dispose();
            throw;
        }
    }
}
