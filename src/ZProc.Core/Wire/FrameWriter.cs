using System.Buffers;
using System.Buffers.Binary;

namespace ZProc.Core.Wire;

/// <summary>
/// Turns messages into the frames of one direction of one connection, ready for the socket. Short messages that are sent at the
/// same time share a frame, because a frame costs more than a short message; a long message is split into parts of at most
/// <see cref="WireLimits.ChunkBytes"/>. Not thread-safe.
/// </summary>
/// <remarks>A frame is its length (4 bytes, little-endian), its kind (1 byte), the content, and the tag of a sealed frame.</remarks>
internal sealed class FrameWriter
{
    public const int LengthBytes = sizeof(int);
    public const int KindBytes = 1;
    public const int TotalBytes = sizeof(long);

    private readonly FrameSeal? _seal;
    private readonly ArrayBufferWriter<byte> _batch = new(1024);
    private readonly Queue<byte[]> _frames = new();
    private int _batched;

    /// <param name="seal">Seals the frames; null to send them plain.</param>
    public FrameWriter(FrameSeal? seal) => _seal = seal;

    /// <summary>The bytes of all complete frames so far, as the reader counts them: kind and content.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a message to the open frame, or as frames of its own when it is long.</summary>
    public void Add(ReadOnlySpan<byte> message)
    {
        if (_batch.WrittenCount + LengthBytes + message.Length > WireLimits.BatchBytes)
        {
            Close();
        }

        if (LengthBytes + message.Length > WireLimits.BatchBytes)
        {
            Split(message);
            return;
        }

        BinaryPrimitives.WriteInt32LittleEndian(_batch.GetSpan(LengthBytes), message.Length);
        _batch.Advance(LengthBytes);
        _batch.Write(message);
        _batched++;
    }

    /// <summary>Completes the open frame so that it can be sent.</summary>
    public void Close()
    {
        if (_batched > 0)
        {
            Frame(_batched == 1 ? _batch.WrittenSpan[LengthBytes..] : _batch.WrittenSpan, _batched == 1 ? FrameKind.Last : FrameKind.Batch, []);
            _batched = 0;
            _batch.ResetWrittenCount();
        }
    }

    /// <summary>Takes the next complete frame, if there is one.</summary>
    public bool TryTake(out byte[] frame) => _frames.TryDequeue(out frame!);

    private void Split(ReadOnlySpan<byte> message)
    {
        if (message.Length <= WireLimits.ChunkBytes)
        {
            Frame(message, FrameKind.Last, []);
            return;
        }

        Span<byte> total = stackalloc byte[TotalBytes];
        BinaryPrimitives.WriteInt64LittleEndian(total, message.Length);
        Frame(message[..WireLimits.ChunkBytes], FrameKind.First, total);
        for (message = message[WireLimits.ChunkBytes..]; message.Length > WireLimits.ChunkBytes; message = message[WireLimits.ChunkBytes..])
        {
            Frame(message[..WireLimits.ChunkBytes], FrameKind.Part, []);
        }

        Frame(message, FrameKind.Last, []);
    }

    private void Frame(ReadOnlySpan<byte> content, FrameKind kind, ReadOnlySpan<byte> before)
    {
        var bytes = KindBytes + before.Length + content.Length;
        var tagBytes = _seal is null ? 0 : FrameSeal.TagBytes;
        var frame = new byte[LengthBytes + bytes + tagBytes];
        BinaryPrimitives.WriteInt32LittleEndian(frame, bytes + tagBytes);
        frame[LengthBytes] = (byte)kind;
        before.CopyTo(frame.AsSpan(LengthBytes + KindBytes));
        content.CopyTo(frame.AsSpan(LengthBytes + KindBytes + before.Length));
        _seal?.Seal(frame.AsSpan(LengthBytes, bytes), frame.AsSpan(0, LengthBytes), frame.AsSpan(LengthBytes + bytes));
        _frames.Enqueue(frame);
        Bytes += bytes;
    }
}
