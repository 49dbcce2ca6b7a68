using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ZProc.Completers;
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
/// <c>Update-ZState</c>: runs an atomic block, during which no other client commits to the namespace, and commits its changes as
/// one update; or changes one key in one step on the server, and outputs its new value.
/// </summary>
[Cmdlet(VerbsData.Update, "ZState", SupportsShouldProcess = true, DefaultParameterSetName = "Block")]
public sealed class UpdateZStateCommand : ZStateCommand
{
    /// <summary>The atomic block. Its <c>$State</c> is a working copy, and its output follows the commit. An error commits nothing.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Block")]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>Arguments for the block.</summary>
    [Parameter(ParameterSetName = "Block")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ArgumentList { get; set; }

    /// <summary>The key.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Increment", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Append", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Merge", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string Key { get; set; } = null!;

    /// <summary>The number to add. A missing key counts as 0.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Increment")]
    public object? Increment { get; set; }

    /// <summary>The value to append to the list. A missing key counts as an empty list.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Append")]
    [AllowNull]
    public object? Append { get; set; }

    /// <summary>The dictionary to merge in. A missing key counts as an empty dictionary.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Merge")]
    public IDictionary? Merge { get; set; }

    /// <summary>Returns before the write is committed, and outputs nothing. A write that fails is an error of the next command, or of <c>Sync-ZState</c>.</summary>
    [Parameter(ParameterSetName = "Increment")]
    [Parameter(ParameterSetName = "Append")]
    [Parameter(ParameterSetName = "Merge")]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Seconds to wait while another client has the namespace for an atomic block. Then nothing is changed: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName != "Block" && ShouldProcess(Key, "Update ZProc state"))
        {
            ForInput(Key, ChangeKey);
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (ParameterSetName == "Block" && ShouldProcess(ResolvedNamespace, "Update ZProc state"))
        {
            WriteObject(RunBlock(), enumerateCollection: true);
        }
    }

    private void ChangeKey()
    {
        var (kind, operand) = ParameterSetName switch
        {
            "Increment" => (ChangeKind.Increment, NumberOf(Increment)),
            "Append" => (ChangeKind.Append, Append),
            _ => (ChangeKind.Merge, Merge),
        };
        if (Write([ResolvedState.Change(kind, Key, operand)], NoWait, TimeoutSec) is { } result)
        {
            WriteObject(PowerShellValues.Decode(Key, result.Results[0].After ?? default));
        }
    }

    /// <summary>The block's arguments, with the working copy for a parameter named State, at whichever position.</summary>
    private object?[] Arguments(ZState state)
    {
        var place = ScriptSource.ParametersOf(ScriptBlock).ToList().FindIndex(static name => name.Equals("State", StringComparison.OrdinalIgnoreCase));
        if (place < 0)
        {
            return ArgumentList ?? [];
        }

        var arguments = new List<object?>(ArgumentList ?? []);
        while (arguments.Count < place)
        {
            arguments.Add(null);
        }

        arguments.Insert(place, state);
        return [.. arguments];
    }

    // The parser takes a negative number for text, since it begins like a parameter.
    private static object? NumberOf(object? value) => BaseObject.Of(value) is not string text ? value
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number
        : long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var large) ? large
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real
        : value;

    private IEnumerable RunBlock()
    {
        var context = ResolvedContext;
        var source = CurrentSource.Get(context);
        using var working = new AtomicState(context, ResolvedNamespace, source, DeadlineOf(TimeoutSec), Waits, StopToken);
        var state = new ZState(context, ResolvedNamespace, source, working);
        var block = new AtomicBlock(this, ScriptBlock, state, Arguments(state));
        try
        {
            block.Invoke();
        }
        catch (LoopFlowException)
        {
            throw new FaultException(
                Fault.InvalidArgument,
                "'break' or 'continue' left an atomic block for a loop outside it. Nothing was changed; use 'return' to leave the block.",
                ResolvedNamespace);
        }

        StopToken.ThrowIfCancellationRequested();
        working.Commit();
        return block.Output;
    }
}
