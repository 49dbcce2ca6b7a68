using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>An entry of a merged dictionary. Entries are ordered by the bytes of their keys.</summary>
/// <param name="Key">The encoded key.</param>
/// <param name="Value">The encoded value, perhaps of another dictionary than the key.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MergedEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value) : IComparable<MergedEntry>
{
    public int CompareTo(MergedEntry other) => Key.Span.SequenceCompareTo(other.Key.Span);
}
