using System.Buffers;
using System.Buffers.Binary;

namespace ZProc.Core.Wire;

/// <summary>Takes the messages out of the frames that come in one direction of one connection. Not thread-safe.</summary>
internal sealed class FrameReader
{
    private readonly long _maximumBytes;
    private readonly List<byte[]> _parts = [];
    private long _bytes;
    private uint _number;
    private ReadOnlyMemory<byte> _batch;
    private ReadOnlySequence<byte>? _message;

    /// <param name="maximumBytes">The largest message accepted, in bytes.</param>
    public FrameReader(long maximumBytes) => _maximumBytes = maximumBytes;

    /// <summary>Whether some parts of a message have come, but not its last.</summary>
    public bool IsInMessage => _parts.Count > 0;

    /// <summary>Accepts a frame. <see cref="TryNext"/> then returns its messages.</summary>
    /// <param name="frame">The frame without its prefix. The memory must not change until the next call.</param>
    /// <exception cref="FaultException">MalformedMessage: a frame was lost, or a message is too large. The connection can no longer be used.</exception>
    public void Take(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length < FrameHeader.Bytes)
        {
            throw Message.Malformed("a frame is too short");
        }

        var header = FrameHeader.Read(frame.Span);
        if (header.Number != _number++)
        {
            throw Message.Malformed("a frame was lost");
        }

        var content = frame[FrameHeader.Bytes..];
        _bytes += content.Length;
        if (_bytes > _maximumBytes)
        {
            throw Message.Malformed("a message is too large");
        }

        switch (header.Kind)
        {
            case FrameKind.Part:
                _parts.Add(content.ToArray());
                return;
            case FrameKind.Last when !IsInMessage:
                _message = new ReadOnlySequence<byte>(content);
                break;
            case FrameKind.Last:
                _parts.Add(content.ToArray());
                _message = Segment.Join(_parts);
                _parts.Clear();
                break;
            case FrameKind.Batch when !IsInMessage:
                _batch = content;
                break;
            default:
                throw Message.Malformed("a frame is of an unknown kind or in the wrong place");
        }

        _bytes = 0;
    }

    /// <summary>Takes the next message of the accepted frame, if there is one.</summary>
    /// <exception cref="FaultException">MalformedMessage.</exception>
    public bool TryNext(out ReadOnlySequence<byte> message)
    {
        if (_message is { } whole)
        {
            message = whole;
            _message = null;
            return true;
        }

        if (_batch.IsEmpty)
        {
            message = default;
            return false;
        }

        if (_batch.Length < sizeof(int)
            || BinaryPrimitives.ReadInt32LittleEndian(_batch.Span) is var length && (uint)length > (uint)(_batch.Length - sizeof(int)))
        {
            throw Message.Malformed("a message is longer than its frame");
        }

        message = new ReadOnlySequence<byte>(_batch.Slice(sizeof(int), length));
        _batch = _batch[(sizeof(int) + length)..];
        return true;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private Segment(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public static ReadOnlySequence<byte> Join(List<byte[]> parts)
        {
            var first = new Segment(parts[0], 0);
            var last = first;
            for (var i = 1; i < parts.Count; i++)
            {
                var next = new Segment(parts[i], last.RunningIndex + last.Memory.Length);
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
