using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>The place of one entry of a dictionary in its bytes: the key, and right behind it the value.</summary>
/// <param name="Start">Where the key starts.</param>
/// <param name="ValueStart">Where the key ends and the value starts.</param>
/// <param name="End">Where the value ends.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EntryRange(int Start, int ValueStart, int End)
{
    /// <summary>The fewest bytes an entry takes: two for its key, one for its value.</summary>
    public const int LeastSize = 3;

    public ReadOnlySpan<byte> Key(ReadOnlySpan<byte> bytes) => bytes[Start..ValueStart];

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> bytes) => bytes[ValueStart..End];

    /// <summary>Finds the entries of a dictionary.</summary>
    /// <param name="cursor">Stands at the first one.</param>
    /// <param name="count">How many there are.</param>
    public static EntryRange[] ReadAll(ref ByteCursor cursor, int count)
    {
        var entries = new EntryRange[count];
        for (var i = 0; i < count; i++)
        {
            var start = cursor.Position;
            ValueWalker.Skip(ref cursor);
            var valueStart = cursor.Position;
            ValueWalker.Skip(ref cursor);
            entries[i] = new EntryRange(start, valueStart, cursor.Position);
        }

        return entries;
    }
}
