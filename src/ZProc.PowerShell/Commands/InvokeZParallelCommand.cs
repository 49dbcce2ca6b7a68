using System.Collections;
using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Parallel;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>
/// <c>Invoke-ZParallel</c>: runs a script block for each item of the input, several at once, in runspaces or OS processes.
/// <c>$_</c> is the item. Results come as soon as the order of the input allows. An item that fails is one error, which
/// names it, and the others go on. <c>return</c>, <c>break</c> and <c>continue</c> end their item; so does <c>exit</c>, with
/// an error if its code is not 0. What an item leaves behind in its runspace, such as global variables, later ones may see.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "ZParallel")]
public sealed class InvokeZParallelCommand : ZProcContextCommand
{
    private ParallelCall? _call;
    private ParallelProgress? _progress;
    private ParallelContext? _context;
    private List<object?>? _jobInput;
    private Deadline _deadline;
    private long _failed;
    private long _lastFailed = -1;

    /// <summary>What to do with each item.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>The items. Given as an argument, a collection is its elements.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>How many items run at once at most. Default: one per processor.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int ThrottleLimit { get; set; } = System.Environment.ProcessorCount;

    /// <summary>Where items run: in runspaces of this OS process, or in OS processes, of which one that dies takes no more than its item with it.</summary>
    [Parameter]
    public ProcessKind As { get; set; } = ProcessKind.Runspace;

    /// <summary>Outputs results as they come.</summary>
    [Parameter]
    public SwitchParameter Unordered { get; set; }

    /// <summary>How many items a worker takes at once. Default: as many as take some milliseconds.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int? BatchSize { get; set; }

    /// <summary>Seconds that an item may take; one that takes longer is stopped and fails with <c>ZProc.Timeout</c>.</summary>
    [Parameter]
    public double? ItemTimeoutSec { get; set; }

    /// <summary>Seconds that everything may take together. At the deadline: the error <c>ZProc.Timeout</c>, which ends the command.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <summary>Ends the command with the first error of an item.</summary>
    [Parameter]
    public SwitchParameter StopOnError { get; set; }

    /// <summary>Shows how far it has come.</summary>
    [Parameter]
    public SwitchParameter ShowProgress { get; set; }

    /// <summary>Takes all input, and outputs a job that does the rest.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Arguments of the block by position: the same for all items, and in runspaces the very objects.</summary>
    [Parameter]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Modules to import first, in each runspace.</summary>
    [Parameter]
    public string[] ImportModule { get; set; } = [];

    /// <summary>Functions of this session that the block has, too, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] ImportFunction { get; set; } = [];

    /// <summary>Runs first, in each runspace; its output is dropped.</summary>
    [Parameter]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>What the block gets as <c>$Props</c>: a copy.</summary>
    [Parameter]
    [AllowNull]
    public object? Props { get; set; }

    /// <summary>The namespace that <c>$State</c> shows, where there is a context. Default: the current one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (AsJob)
        {
            _jobInput ??= [];
            foreach (var item in InputItems.Of(MyInvocation, InputObject))
            {
                _jobInput.Add(item);
            }

            return;
        }

        Watched(() =>
        {
            Begin();
            if (MyInvocation.ExpectingInput)
            {
                Add(InputObject);
                return;
            }

            if (_progress is not null && BaseOf(InputObject) is ICollection known and not IDictionary)
            {
                _progress.Total = known.Count;
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

        Watched(() =>
        {
            call.Scheduler.EndInput();
            if (_progress is not null)
            {
                _progress.Total = call.Scheduler.Count;
            }

            Pump(() => call.Scheduler.IsDrained);
            Pump(() => call.HasEnded);
            while (call.TryTakeExtra(out var item))
            {
                this.Write(item.Kind, item.Open());
            }

            call.Dispose();
            _progress?.Complete();
            _context?.Dispose();
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _call?.Dispose();
            _context?.Dispose();
            _call?.Scheduler.Dispose();
        }

        base.Dispose(disposing);
    }

    private static object? BaseOf(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private void Begin()
    {
        if (_call is not null)
        {
            return;
        }

        _deadline = TimeOf(TimeoutSec, "-TimeoutSec") is { } time ? Deadline.After(time) : Deadline.Never;
        _progress = ShowProgress ? new ParallelProgress(WriteProgress) : null;
        var itemTimeout = TimeOf(ItemTimeoutSec, "-ItemTimeoutSec");
        _context = ParallelContext.For(Context, As);
        var context = _context.Value;
        _call = new ParallelCall(new ParallelCallOptions
        {
            Context = context,
            Template = SessionTemplate.Of(),
            Arguments = ArgumentList ?? [],
            ThrottleLimit = ThrottleLimit,
            BatchSize = BatchSize,
            Ordered = !Unordered,
            ShowsProgress = ShowProgress,
            StopsOnError = StopOnError,
            ItemTimeout = itemTimeout,
            Start = new ProcessStart
            {
                Script = ScriptSource.Of(ScriptBlock),
                Namespace = Namespace ?? (context is null ? ContextFactory.DefaultNamespace : ContextTable.NamespaceOf(context)),
                As = As,
                TakesItems = true,
                Arguments = As == ProcessKind.Runspace
                    ? []
                    : (ArgumentList ?? []).Select((value, i) => PowerShellValues.Encode(value, $"-ArgumentList [{i}]")).ToArray(),
                Props = PowerShellValues.Encode(Props, "-Props"),
                Using = ParallelJob.UsingOf(ScriptBlock) ?? UsingValues.Collect(ScriptBlock, SessionState),
                WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
                InitializationScript = InitializationScript is null ? null : ScriptSource.Of(InitializationScript),
                Functions = SessionFunctions.Find(SessionState, ImportFunction),
                Preferences = Preferences.Of(this),
                ImportModule = ImportModule,
            },
        });
    }

    private void Add(object? item)
    {
        var scheduler = _call!.Scheduler;
        if (!scheduler.Add(As == ProcessKind.Runspace ? item : new EncodedItem(item)) || scheduler.IsWorthDraining)
        {
            Pump(scheduler.MayAdd);
        }
    }

    /// <summary>Passes on what the items wrote, until something is so.</summary>
    private void Pump(Func<bool> isEnough)
    {
        var call = _call!;
        while (true)
        {
            StopToken.ThrowIfCancellationRequested();
            call.Scheduler.Drain(Pass, watch: true);
            _progress?.Show(call.Scheduler.Done, _failed);
            if (call.Failure is { } failure)
            {
                ThrowTerminatingError(failure);
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

            call.Scheduler.Wait(_deadline.Remaining, StopToken);
        }
    }

    private void Pass(ItemBatch batch, IReadOnlyList<object?> results)
    {
        foreach (var result in results)
        {
            if (result is not ItemRecord record)
            {
                WriteObject(result);
            }
            else if (record.Item.Kind is OutputKind.Error or OutputKind.Failure)
            {
                WriteItemError(batch, record);
            }
            else
            {
                this.Write(record.Item.Kind, record.Item.Open());
            }
        }
    }

    private void WriteItemError(ItemBatch batch, ItemRecord record)
    {
        var error = (ErrorRecord)record.Item.Open()!;
        if (record.Position < 0 || ErrorRecords.IsNativeLine(error))
        {
            WriteError(ErrorCodec.Copy(error));
            return;
        }

        var index = batch.IndexOf(record.Position);
        if (index != _lastFailed)
        {
            _lastFailed = index; // one item may write several
            _failed++;
        }

        error = ItemErrors.Name(error, index, batch[record.Position] is EncodedItem item ? item.Value : batch[record.Position]);
        if (StopOnError)
        {
            ThrowTerminatingError(error);
        }

        WriteError(error);
    }

    /// <summary>Does something; if it does not come to its end, everything is let go at once, and no bar stays.</summary>
    private void Watched(Action work)
    {
        var done = false;
        try
        {
            work();
            done = true;
        }
        finally
        {
            if (!done)
            {
                _call?.Dispose();
                if (!StopToken.IsCancellationRequested)
                {
                    _progress?.Complete();
                }
            }
        }
    }
}
