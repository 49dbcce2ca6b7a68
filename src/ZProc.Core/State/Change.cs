using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>One part of a commit.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Key">The key; empty for <see cref="ChangeKind.Clear"/> and <see cref="ChangeKind.PopAny"/>.</param>
/// <param name="Operand">The value to set, add, append or merge.</param>
/// <param name="Precondition">What must hold.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Change(ChangeKind Kind, string Key, EncodedValue Operand = default, Precondition Precondition = default);
