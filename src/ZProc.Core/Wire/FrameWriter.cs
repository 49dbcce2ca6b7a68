using System.Buffers;
using System.Buffers.Binary;

namespace ZProc.Core.Wire;

/// <summary>
/// Turns messages into the frames of one direction of one connection. Short messages that are sent at the same time share a
/// frame, because a frame costs more than a short message; a long message is split into parts of at most
/// <see cref="WireLimits.ChunkBytes"/>. Each frame has a number, so the reader notices a lost frame (NetMQ may reconnect a socket
/// by itself). Not thread-safe.
/// </summary>
internal sealed class FrameWriter
{
    private const int LengthBytes = sizeof(int);

    private readonly byte[] _prefix;
    private readonly ArrayBufferWriter<byte> _batch = new(1024);
    private readonly Queue<byte[]> _frames = new();
    private int _batched;
    private uint _number;
    private long _framed;

    /// <param name="prefix">The first bytes of each frame: the session token, or none.</param>
    public FrameWriter(byte[] prefix) => _prefix = prefix;

    /// <summary>The bytes of all complete frames and of the frame that is open.</summary>
    public long Bytes => _framed + _batch.WrittenCount;

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
            Frame(_batched == 1 ? _batch.WrittenSpan[LengthBytes..] : _batch.WrittenSpan, _batched == 1 ? FrameKind.Last : FrameKind.Batch);
            _batched = 0;
            _batch.ResetWrittenCount();
        }
    }

    /// <summary>Takes the next complete frame, if there is one.</summary>
    public bool TryTake(out byte[] frame) => _frames.TryDequeue(out frame!);

    private void Split(ReadOnlySpan<byte> message)
    {
        for (; message.Length > WireLimits.ChunkBytes; message = message[WireLimits.ChunkBytes..])
        {
            Frame(message[..WireLimits.ChunkBytes], FrameKind.Part);
        }

        Frame(message, FrameKind.Last);
    }

    private void Frame(ReadOnlySpan<byte> content, FrameKind kind)
    {
        var frame = new byte[_prefix.Length + FrameHeader.Bytes + content.Length];
        _prefix.CopyTo(frame, 0);
        new FrameHeader(_number++, kind).Write(frame.AsSpan(_prefix.Length));
        content.CopyTo(frame.AsSpan(_prefix.Length + FrameHeader.Bytes));
        _frames.Enqueue(frame);
        _framed += frame.Length;
    }
}
