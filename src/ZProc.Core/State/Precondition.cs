using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>What must hold for a change to be made. If one does not hold, the whole commit is refused with <see cref="Fault.Conflict"/>.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Revision">For <see cref="PreconditionKind.RevisionIs"/>.</param>
/// <param name="Value">For <see cref="PreconditionKind.ValueIs"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Precondition(PreconditionKind Kind, long Revision = 0, EncodedValue Value = default)
{
    /// <summary>Nothing is asked.</summary>
    public static Precondition None => default;

    /// <summary>The key must be missing.</summary>
    public static Precondition Absent => new(PreconditionKind.Absent);
}
