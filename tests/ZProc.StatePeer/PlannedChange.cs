using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.StatePeer;

/// <summary>A change as it is generated. A condition that depends on the client's knowledge is filled in when the change is made.</summary>
internal sealed record PlannedChange(
    ChangeKind Kind, string Key, object? Operand, ConditionKind Condition = ConditionKind.None, int Offset = 0, object? Expected = null)
{
    /// <summary>The change to ask for.</summary>
    /// <param name="known">The entry that the client last saw of the key; null when it was missing or never seen.</param>
    public Change Resolve(Entry? known) => new(Kind, Key, ValueCodec.Encode(Operand), Condition switch
    {
        ConditionKind.Absent => Precondition.Absent,
        ConditionKind.KnownRevision => new Precondition(PreconditionKind.RevisionIs, (known?.Revision ?? 0) + Offset),
        ConditionKind.KnownValue when known is { } entry => new Precondition(PreconditionKind.ValueIs, Value: entry.Value),
        ConditionKind.Value => new Precondition(PreconditionKind.ValueIs, Value: ValueCodec.Encode(Expected)),
        _ => Precondition.None,
    });

    public override string ToString() =>
        $"{Kind} '{Key}' {ValueText.Of(Operand)}{(Condition == ConditionKind.None ? "" : $" if {Condition} {Offset:+0;-0;0} {ValueText.Of(Expected)}")}";
}
