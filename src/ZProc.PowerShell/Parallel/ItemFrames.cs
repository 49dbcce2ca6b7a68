using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ZProc.Parallel;

/// <summary>
/// The contents of the frames about items: [int64 sequence], and for <see cref="WorkerFrame.Items"/> then for each item
/// [int32 length][byte, 1 for an error][encoding], little-endian.
/// </summary>
internal static class ItemFrames
{
    /// <summary>How many bytes of a frame a large item leaves free, for small items in the same frame.</summary>
    public const int RoomForOthers = 1024 * 1024;

    private const int HeaderLength = sizeof(int) + 1;

    /// <summary>The contents of a frame without items.</summary>
    /// <param name="sequence">The highest sequence of the state that the sender has observed.</param>
    public static ReadOnlyMemory<byte> Sequence(long sequence)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequence);
        return bytes;
    }

    /// <summary>Reads the sequence of any of these frames.</summary>
    public static long ReadSequence(ReadOnlyMemory<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload.Span);

    /// <summary>The contents of a frame with items, which run one after the other.</summary>
    /// <param name="sequence">The highest sequence of the state that the sender has observed.</param>
    /// <param name="items">The items.</param>
    public static ReadOnlyMemory<byte> Items(long sequence, IReadOnlyList<EncodedItem> items)
    {
        var bytes = new byte[sizeof(long) + items.Sum(static item => HeaderLength + item.Bytes.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequence);
        var rest = bytes.AsSpan(sizeof(long));
        foreach (var item in items)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, item.Bytes.Length);
            rest[sizeof(int)] = item.IsError ? (byte)1 : (byte)0;
            item.Bytes.Span.CopyTo(rest[HeaderLength..]);
            rest = rest[(HeaderLength + item.Bytes.Length)..];
        }

        return bytes;
    }

    /// <summary>Reads the items of a frame.</summary>
    public static IEnumerable<Item> ReadItems(ReadOnlyMemory<byte> payload)
    {
        for (var rest = payload[sizeof(long)..]; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
            yield return new Item(rest.Slice(HeaderLength, length), rest.Span[sizeof(int)] == 1);
            rest = rest[(HeaderLength + length)..];
        }
    }

    /// <summary>An item as it was received.</summary>
    /// <param name="Bytes">The encoded item or error.</param>
    /// <param name="IsError">Whether <paramref name="Bytes"/> is an error.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Item(ReadOnlyMemory<byte> Bytes, bool IsError);
}
