using System.Collections;
using System.Management.Automation;
using ZProc.Completers;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary><c>Set-ZState</c>: sets a key, or the keys of a dictionary as one update, and returns when the update is committed.</summary>
[Cmdlet(VerbsCommon.Set, "ZState", SupportsShouldProcess = true, DefaultParameterSetName = "InputObject")]
public sealed class SetZStateCommand : ZStateCommand
{
    /// <summary>The key.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Key", ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string Key { get; set; } = null!;

    /// <summary>The value.</summary>
    [Parameter(Position = 1, ParameterSetName = "Key", ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Value { get; set; }

    /// <summary>Keys and values, set as one update.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public IDictionary InputObject { get; set; } = null!;

    /// <summary>Sets the key only if it is missing. Otherwise nothing changes, and the error is <c>ZProc.Conflict</c>.</summary>
    [Parameter]
    public SwitchParameter IfAbsent { get; set; }

    /// <summary>Sets the key only if it was last changed at this revision.</summary>
    [Parameter(ParameterSetName = "Key")]
    public long IfRevision { get; set; }

    /// <summary>Sets the key only if it has this value. Numbers compare by value.</summary>
    [Parameter(ParameterSetName = "Key")]
    [AllowNull]
    public object? IfEqual { get; set; }

    /// <summary>Makes an update even if the value does not change.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns before the write is committed. A write that fails is an error of the next command, or of <c>Sync-ZState</c>.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Outputs the value, or the dictionary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Seconds to wait while another client has the namespace for an atomic block. Then nothing is changed: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string[] conditions = [nameof(IfAbsent), nameof(IfRevision), nameof(IfEqual)];
        if (conditions.Count(IsGiven) > 1)
        {
            throw new FaultException(Fault.InvalidArgument, "A write can have only one condition. Use -IfAbsent, -IfRevision or -IfEqual.");
        }

        if (ParameterSetName == "InputObject")
        {
            ForInput(null, SetAll);
            return;
        }

        if (ShouldProcess(Key, "Set ZProc state"))
        {
            ForKey(Key, () =>
            {
                Write([ResolvedState.Change(ChangeKind.Set, Key, Value, Condition())], NoWait, TimeoutSec, Force);
                Output(Value);
            });
        }
    }

    private void SetAll()
    {
        var changes = ResolvedState.SetAll(InputObject);
        if (changes.Count > 0 && ShouldProcess(string.Join(", ", changes.Select(change => change.Key)), "Set ZProc state"))
        {
            var condition = IfAbsent ? Precondition.Absent : Precondition.None;
            Write([.. changes.Select(change => change with { Precondition = condition })], NoWait, TimeoutSec, Force);
            Output(InputObject);
        }
    }

    private Precondition Condition() =>
        IfAbsent ? Precondition.Absent
        : MyInvocation.BoundParameters.ContainsKey(nameof(IfRevision)) ? new Precondition(PreconditionKind.RevisionIs, IfRevision)
        : MyInvocation.BoundParameters.ContainsKey(nameof(IfEqual)) ? new Precondition(PreconditionKind.ValueIs, Value: StateChanges.Encode(Key, IfEqual, ResolvedState.Limits))
        : Precondition.None;

    private void Output(object? value)
    {
        if (PassThru)
        {
            WriteObject(value);
        }
    }
}
