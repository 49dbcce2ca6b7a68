using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>Where an entry of a dictionary lies in its bytes: its key, and right behind it its value.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EntryRange(int Start, int ValueStart, int End)
{
    public ReadOnlySpan<byte> Key(ReadOnlySpan<byte> bytes) => bytes[Start..ValueStart];

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> bytes) => bytes[ValueStart..End];

    /// <summary>Finds the entries.</summary>
    /// <param name="cursor">Stands at the first.</param>
    /// <param name="count">How many there are.</param>
    public static EntryRange[] ReadAll(ref ByteCursor cursor, int count)
    {
        var entries = new EntryRange[count];
        for (var i = 0; i < count; i++)
        {
            var start = cursor.Position;
            ValueWalker.SkipKey(ref cursor);
            var valueStart = cursor.Position;
            ValueWalker.Skip(ref cursor);
            entries[i] = new EntryRange(start, valueStart, cursor.Position);
        }

        return entries;
    }
}
