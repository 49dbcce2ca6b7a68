using System.Buffers;

namespace ZProc.Core.Wire;

/// <summary>Puts the frames of one direction of one connection together again. Not thread-safe.</summary>
internal sealed class FrameReader
{
    private readonly long _maximumBytes;
    private readonly List<byte[]> _parts = [];
    private long _bytes;
    private uint _number;

    /// <param name="maximumBytes">The largest message taken.</param>
    public FrameReader(long maximumBytes) => _maximumBytes = maximumBytes;

    /// <summary>Takes a frame.</summary>
    /// <param name="frame">It, without the prefix.</param>
    /// <param name="message">The message it ends.</param>
    /// <returns>Whether it ends one.</returns>
    /// <exception cref="FaultException">MalformedMessage: a frame was lost, or the message is too large. The connection is of no more use.</exception>
    public bool Take(ReadOnlySpan<byte> frame, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (frame.Length < FrameHeader.Bytes)
        {
            throw WireFormat.Malformed("a frame is too short");
        }

        var header = FrameHeader.Read(frame);
        if (header.Number != _number++)
        {
            throw WireFormat.Malformed("a frame was lost");
        }

        var part = frame[FrameHeader.Bytes..].ToArray();
        _bytes += part.Length;
        if (_bytes > _maximumBytes)
        {
            throw WireFormat.Malformed("a message is too large");
        }

        if (header.Last && _parts.Count == 0)
        {
            message = new ReadOnlySequence<byte>(part);
        }
        else
        {
            _parts.Add(part);
            if (!header.Last)
            {
                return false;
            }

            message = Segment.Join(_parts);
            _parts.Clear();
        }

        _bytes = 0;
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
