using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>The user of a <see cref="Connection"/>. All methods are called in the order of the stream, by one thread at a time.</summary>
internal interface IConnectionUser
{
    /// <summary>Whether there may be updates for which no thread waits, so that the connection's thread has to receive at once.</summary>
    bool HasListeners { get; }

    /// <summary>Whether updates can come.</summary>
    bool ExpectsUpdates { get; }

    /// <summary>Whether something waits for the server: a request or a watch.</summary>
    bool NeedsServer { get; }

    /// <summary>Why the next server of a durable state does not come, as a sentence that follows another one; empty when that is not known.</summary>
    string WhyNoServer { get; }

    /// <summary>A stream has begun, the first one or another one: subscribe, and send the pending requests again.</summary>
    /// <exception cref="FaultException">The session cannot go on with this server. The connection ends.</exception>
    void OnConnected(Welcome welcome);

    /// <summary>The stream was lost. On the connection's thread; no message comes before the next <see cref="OnConnected"/>.</summary>
    void OnLost();

    /// <summary>A message has come. The thread may be a caller's that owns the socket, so this must not wait for another thread.</summary>
    void OnMessage(MessageType type, ref MessagePackReader body);

    /// <summary>No server of the durable state can be reached, and something waits for it. On the connection's thread, at each attempt; must only signal.</summary>
    void OnUnreachable();

    /// <summary>The connection has ended for good. On the connection's thread.</summary>
    void OnEnded(FaultException reason);
}
