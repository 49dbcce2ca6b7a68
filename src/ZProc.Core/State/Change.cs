using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>One part of a commit.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Key">The key; empty for <see cref="ChangeKind.Clear"/>, <see cref="ChangeKind.PopAny"/> and <see cref="ChangeKind.RemoveNamespace"/>.</param>
/// <param name="Operand">The value to set, add, append or merge.</param>
/// <param name="Precondition">A condition on the key as it is before the change.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Change(ChangeKind Kind, string Key, EncodedValue Operand = default, Precondition Precondition = default)
{
    /// <summary>Whether the change names one key.</summary>
    public bool HasKey => Kind is not (ChangeKind.Clear or ChangeKind.PopAny or ChangeKind.RemoveNamespace);
}
