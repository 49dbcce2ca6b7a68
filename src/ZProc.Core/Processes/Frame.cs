using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ZProc.Core.Processes;

/// <summary>One message between a parent and its child: [int32 length of the rest][byte kind][payload], little-endian.</summary>
/// <param name="Kind">The meaning, by agreement of the two sides.</param>
/// <param name="Payload">The content.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Frame(byte Kind, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The largest payload in bytes: twice the default limit of a value, so that every value of the state fits a frame.</summary>
    public const int MaxPayload = 128 * 1024 * 1024;

    private const int HeaderLength = 5;

    /// <summary>Reads the next frame; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The bytes are no frame.</exception>
    public static Frame? Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (!Fill(stream, header))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header) - 1;
        if (length is < 0 or > MaxPayload)
        {
            throw new InvalidDataException($"A frame cannot have a length of {length}.");
        }

        var payload = new byte[length];
        return Fill(stream, payload) ? new Frame(header[^1], payload) : null;
    }

    /// <summary>Checks the size of this frame.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>.</exception>
    public void Check() => Check(Payload.Length);

    /// <summary>Checks the size of a payload.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>.</exception>
    public static void Check(long length)
    {
        if (length > MaxPayload)
        {
            throw new FaultException(
                Fault.ValueTooLarge, $"An object of {length:N0} bytes cannot pass between processes: the limit is {MaxPayload:N0}. Write it in parts.");
        }
    }

    /// <summary>Writes the frame; a small one in one piece.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>: nothing was written.</exception>
    public void Write(Stream stream)
    {
        Check();
        const int SmallPayload = 1024;
        var small = Payload.Length <= SmallPayload;
        Span<byte> buffer = stackalloc byte[HeaderLength + SmallPayload];
        BinaryPrimitives.WriteInt32LittleEndian(buffer, Payload.Length + 1);
        buffer[HeaderLength - 1] = Kind;
        if (small)
        {
            Payload.Span.CopyTo(buffer[HeaderLength..]);
            stream.Write(buffer[..(HeaderLength + Payload.Length)]);
        }
        else
        {
            stream.Write(buffer[..HeaderLength]);
            stream.Write(Payload.Span);
        }

        stream.Flush();
    }

    /// <summary>Fills the buffer; false at the end of the stream, also within a frame: then the writer died while it wrote.</summary>
    private static bool Fill(Stream stream, Span<byte> buffer) => stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
}
