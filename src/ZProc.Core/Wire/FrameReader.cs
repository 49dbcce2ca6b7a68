using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;

namespace ZProc.Core.Wire;

/// <summary>Takes the messages out of the frames that come in one direction of one connection. Not thread-safe.</summary>
internal sealed class FrameReader : IDisposable
{
    private const int SpareParts = 16; // beyond those that a message of its length needs

    private readonly long _maximumBytes;
    private readonly MessageBudget? _budget;
    private readonly Func<bool> _goesOn;
    private readonly List<byte[]> _parts = [];
    private long _total; // of the message whose parts come
    private long _bytes; // of its parts so far
    private long _reserved;
    private long _begun; // timestamp
    private ReadOnlyMemory<byte> _batch;
    private ReadOnlySequence<byte>? _message;

    /// <param name="maximumBytes">The largest message accepted, in bytes.</param>
    /// <param name="budget">The bound of all messages in parts, which several readers share; null for none.</param>
    /// <param name="goesOn">Called now and then while the reader waits for the budget; returns whether to wait on. Null for always.</param>
    public FrameReader(long maximumBytes, MessageBudget? budget = null, Func<bool>? goesOn = null)
    {
        _goesOn = goesOn ?? (static () => true);
        _maximumBytes = maximumBytes;
        _budget = budget;
    }

    /// <summary>Whether some parts of a message have come, but not its last.</summary>
    public bool IsInMessage => _parts.Count > 0;

    /// <summary>Accepts a frame. <see cref="TryNext"/> then returns its messages. Waits while the budget has no room for a long message.</summary>
    /// <param name="frame">The frame: kind and content. The memory must not change until the next call.</param>
    /// <exception cref="FaultException">MalformedMessage. The connection can no longer be used.</exception>
    /// <exception cref="OperationCanceledException">The budget was closed.</exception>
    public void Take(ReadOnlyMemory<byte> frame)
    {
        Release();
        var content = frame[FrameWriter.KindBytes..];
        switch ((FrameKind)frame.Span[0])
        {
            case FrameKind.First when !IsInMessage && content.Length > FrameWriter.TotalBytes:
                Begin(BinaryPrimitives.ReadInt64LittleEndian(content.Span));
                AddPart(content[FrameWriter.TotalBytes..]);
                break;
            case FrameKind.Part when IsInMessage:
                AddPart(content);
                break;
            case FrameKind.Last when IsInMessage:
                AddPart(content);
                if (_bytes != _total)
                {
                    throw Message.Malformed("a message is shorter than it said");
                }

                _message = Segment.Join(_parts);
                _parts.Clear();
                break;
            case FrameKind.Last:
                _message = new ReadOnlySequence<byte>(content);
                break;
            case FrameKind.Batch when !IsInMessage:
                _batch = content;
                break;
            default:
                throw Message.Malformed("a frame is of an unknown kind or in the wrong place");
        }
    }

    /// <summary>Checks that a long message comes fast enough while others wait for the budget. To be called whenever bytes have come.</summary>
    /// <param name="coming">How many bytes of the next frame have come, which is not whole yet.</param>
    /// <exception cref="FaultException">MalformedMessage: it does not.</exception>
    public void CheckPace(int coming)
    {
        if (IsInMessage && _budget is { IsWaitedFor: true } && Stopwatch.GetElapsedTime(_begun) is var age && age > WireLimits.HandshakeTimeout
            && _bytes + coming < age.TotalSeconds * WireLimits.LeastBytesASecond)
        {
            throw Message.Malformed("it comes too slowly while others wait");
        }
    }

    /// <summary>Gives back what the reader holds of the budget.</summary>
    public void Dispose()
    {
        _parts.Clear();
        Release();
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
            Release();
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

    private void Begin(long total)
    {
        if (total <= 0 || total > _maximumBytes)
        {
            throw Message.Malformed("a message is too large");
        }

        _budget?.Reserve(total, _goesOn);
        _begun = Stopwatch.GetTimestamp();
        _reserved = _budget is null ? 0 : total;
        _total = total;
        _bytes = 0;
    }

    private void AddPart(ReadOnlyMemory<byte> part)
    {
        _bytes += part.Length;
        if (_bytes > _total || part.Length == 0)
        {
            throw Message.Malformed("a message is longer than it said, or has an empty part");
        }

        CheckPace(0);
        if (_parts.Count > SpareParts + (_total / WireLimits.ChunkBytes))
        {
            throw Message.Malformed("a message comes in too many parts"); // each part costs memory beside its bytes
        }

        _parts.Add(part.ToArray());
    }

    /// <summary>Gives the budget of the last long message back, once it has been handled.</summary>
    private void Release()
    {
        if (_reserved > 0 && !IsInMessage)
        {
            _budget!.Release(_reserved);
            _reserved = 0;
        }
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
