using System.Collections;
using System.Management.Automation;
using ZProc.Completers;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.State;

namespace ZProc.Commands;

/// <summary><c>Set-ZState</c>: sets a key, or the keys of a dictionary as one update, and returns when it is committed.</summary>
[Cmdlet(VerbsCommon.Set, "ZState", SupportsShouldProcess = true, DefaultParameterSetName = "InputObject")]
public sealed class SetZStateCommand : ZStateCommand
{
    /// <summary>The key.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Key", ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string Key { get; set; } = null!;

    /// <summary>The value.</summary>
    [Parameter(Position = 1, ParameterSetName = "Key", ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Value { get; set; }

    /// <summary>Keys and values, set as one update.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public IDictionary InputObject { get; set; } = null!;

    /// <summary>Only if the key is missing; else the error <c>ZProc.Conflict</c>, and nothing is changed.</summary>
    [Parameter]
    public SwitchParameter IfAbsent { get; set; }

    /// <summary>Only if the key was last changed at this revision.</summary>
    [Parameter(ParameterSetName = "Key")]
    public long IfRevision { get; set; }

    /// <summary>Only if the key has this value; numbers compare by value.</summary>
    [Parameter(ParameterSetName = "Key")]
    [AllowNull]
    public object? IfEqual { get; set; }

    /// <summary>Makes an update even if the value is what it was.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not wait until it is committed. What goes wrong is an error of the next command, or of <c>Sync-ZState</c>.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Outputs the value, or the dictionary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string[] conditions = [nameof(IfAbsent), nameof(IfRevision), nameof(IfEqual)];
        if (conditions.Count(MyInvocation.BoundParameters.ContainsKey) > 1)
        {
            throw new FaultException(Fault.InvalidArgument, "A write has one condition: use -IfAbsent, -IfRevision or -IfEqual.");
        }

        if (ParameterSetName == "InputObject")
        {
            var changes = TheState.SetAll(InputObject);
            if (changes.Count > 0 && ShouldProcess(string.Join(", ", changes.Select(change => change.Key)), "Set ZProc state"))
            {
                var condition = IfAbsent ? Precondition.Absent : Precondition.None;
                Write([.. changes.Select(change => change with { Precondition = condition })], NoWait, Force);
                Output(InputObject);
            }

            return;
        }

        if (ShouldProcess(Key, "Set ZProc state"))
        {
            ForKey(Key, () =>
            {
                Write([TheState.Change(ChangeKind.Set, Key, Value, Condition())], NoWait, Force);
                Output(Value);
            });
        }
    }

    private Precondition Condition() =>
        IfAbsent ? Precondition.Absent
        : MyInvocation.BoundParameters.ContainsKey(nameof(IfRevision)) ? new Precondition(PreconditionKind.RevisionIs, IfRevision)
        : MyInvocation.BoundParameters.ContainsKey(nameof(IfEqual)) ? new Precondition(PreconditionKind.ValueIs, Value: StateChanges.Encode(Key, IfEqual, TheState.Limits))
        : Precondition.None;

    private void Output(object? value)
    {
        if (PassThru)
        {
            WriteObject(value);
        }
    }
}
