using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// One connection of a client that has proven the secret: what it was sent, what it has taken, and what waits because
/// it takes too slowly. Frames wait here only for messages that have begun; updates wait in the log.
/// Belongs to the server's thread.
/// </summary>
internal sealed class Route
{
    private readonly FrameWriter _writer = new([]);
    private readonly Queue<byte[]> _waiting = new();
    private long _sent;
    private long _taken;

    public Route(Guid id, byte[] token, Peer peer, long maximumMessageBytes)
    {
        Id = id;
        Token = token;
        Peer = peer;
        Reader = new FrameReader(maximumMessageBytes);
    }

    /// <summary>The client's routing id on the socket.</summary>
    public Guid Id { get; }

    /// <summary>What each of its messages must start with.</summary>
    public byte[] Token { get; }

    /// <summary>The client.</summary>
    public Peer Peer { get; }

    public FrameReader Reader { get; }

    /// <summary>The updates it wants, by namespace.</summary>
    public Dictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it may be sent more.</summary>
    public bool HasCredit => _waiting.Count == 0 && _sent - _taken < WireLimits.CreditBytes;

    /// <summary>Adds a message behind those that wait.</summary>
    public void Enqueue(ReadOnlyMemory<byte> message)
    {
        foreach (var frame in _writer.Split(message))
        {
            _waiting.Enqueue(frame);
        }
    }

    /// <summary>The next frame to send, if it may be sent more.</summary>
    public bool TryDequeue(out byte[] frame)
    {
        if (_sent - _taken >= WireLimits.CreditBytes || !_waiting.TryDequeue(out frame!))
        {
            frame = [];
            return false;
        }

        _sent += frame.Length;
        return true;
    }

    /// <summary>Learns how much the client has taken in all.</summary>
    public void Acknowledge(long taken) => _taken = Math.Clamp(taken, _taken, _sent);
}
