namespace ZProc.Core.Processes;

/// <summary>Numbered packets that were sent and are not acknowledged yet, bounded by their number and their size. Not thread-safe.</summary>
/// <typeparam name="T">The content of a packet.</typeparam>
public sealed class SendWindow<T>
{
    private readonly SortedDictionary<long, (T Content, int Size)> _packets = [];
    private readonly int _maximumPackets;
    private readonly long _maximumBytes;
    private long _lastNumber;
    private long _bytes;

    /// <summary>Creates an empty window.</summary>
    /// <param name="maximumPackets">How many packets may be in flight.</param>
    /// <param name="maximumBytes">From how many bytes in flight no further packet may be sent.</param>
    public SendWindow(int maximumPackets, long maximumBytes)
    {
        _maximumPackets = maximumPackets;
        _maximumBytes = maximumBytes;
    }

    /// <summary>Whether another packet may be sent, of any size.</summary>
    public bool HasRoom => _packets.Count < _maximumPackets && _bytes < _maximumBytes;

    /// <summary>Whether all packets are acknowledged.</summary>
    public bool IsEmpty => _packets.Count == 0;

    /// <summary>The contents that are not acknowledged, in the order in which they were sent.</summary>
    public IEnumerable<T> Contents => _packets.Values.Select(packet => packet.Content);

    /// <summary>Adds a packet.</summary>
    /// <returns>The number of the packet, from 1.</returns>
    public long Add(T content, int size)
    {
        _packets.Add(++_lastNumber, (content, size));
        _bytes += size;
        return _lastNumber;
    }

    /// <summary>Removes a packet; a number that is not in flight changes nothing.</summary>
    public void Acknowledge(long number)
    {
        if (_packets.Remove(number, out var packet))
        {
            _bytes -= packet.Size;
        }
    }
}
