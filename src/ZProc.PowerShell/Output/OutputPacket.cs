using System.Buffers.Binary;

namespace ZProc.Output;

/// <summary>Encoded output items as bytes, in a file or on the way to another session: [kind][int32 length][encoding] each.</summary>
internal static class OutputPacket
{
    private const int HeaderLength = 5;

    /// <summary>The size of an encoded item in a packet, in bytes.</summary>
    public static int SizeOf(OutputItem item) => HeaderLength + item.Encoded.Length;

    /// <summary>Packs encoded items.</summary>
    public static byte[] Pack(IReadOnlyCollection<OutputItem> items)
    {
        var packed = new byte[items.Sum(SizeOf)];
        var rest = packed.AsSpan();
        foreach (var item in items)
        {
            rest[0] = (byte)item.Kind;
            BinaryPrimitives.WriteInt32LittleEndian(rest[1..], item.Encoded.Length);
            item.Encoded.Span.CopyTo(rest[HeaderLength..]);
            rest = rest[(HeaderLength + item.Encoded.Length)..];
        }

        return packed;
    }

    /// <summary>Unpacks items.</summary>
    public static IEnumerable<OutputItem> Unpack(ReadOnlyMemory<byte> packed)
    {
        while (!packed.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(packed.Span[1..]);
            yield return new OutputItem((OutputKind)packed.Span[0], null, packed.Slice(HeaderLength, length));
            packed = packed[(HeaderLength + length)..];
        }
    }
}
