using System.Buffers;

namespace ZProc.Core.Wire;

/// <summary>
/// Turns messages into the frames of one direction of one connection: parts of at most a chunk, each with a running
/// number, so that a frame lost on the way (a socket reconnected under us) shows as a gap and never passes unnoticed.
/// Not thread-safe.
/// </summary>
internal sealed class FrameWriter
{
    private readonly byte[] _prefix;
    private uint _number;

    /// <param name="prefix">What each frame starts with: the session token, or nothing.</param>
    public FrameWriter(byte[] prefix) => _prefix = prefix;

    /// <summary>The frames of a message.</summary>
    public IEnumerable<byte[]> Split(ReadOnlyMemory<byte> message)
    {
        for (var offset = 0; ;)
        {
            var size = Math.Min(WireLimits.ChunkBytes, message.Length - offset);
            var last = offset + size == message.Length;
            yield return Frame(message.Slice(offset, size).Span, last);
            offset += size;
            if (last)
            {
                yield break;
            }
        }
    }

    private byte[] Frame(ReadOnlySpan<byte> part, bool last)
    {
        var frame = new byte[_prefix.Length + FrameHeader.Bytes + part.Length];
        _prefix.CopyTo(frame, 0);
        new FrameHeader(_number++, last).Write(frame.AsSpan(_prefix.Length));
        part.CopyTo(frame.AsSpan(_prefix.Length + FrameHeader.Bytes));
        return frame;
    }
}
