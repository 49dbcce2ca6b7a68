using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>A condition on a key. If one does not hold, the whole commit is refused with <see cref="Fault.Conflict"/>.</summary>
/// <param name="Kind">The kind of condition.</param>
/// <param name="Revision">The revision, for <see cref="PreconditionKind.RevisionIs"/>.</param>
/// <param name="Value">The value, for <see cref="PreconditionKind.ValueIs"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Precondition(PreconditionKind Kind, long Revision = 0, EncodedValue Value = default)
{
    /// <summary>No condition.</summary>
    public static Precondition None => default;

    /// <summary>The key must be missing.</summary>
    public static Precondition Absent => new(PreconditionKind.Absent);
}
