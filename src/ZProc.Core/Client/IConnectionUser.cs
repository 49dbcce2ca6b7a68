using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Who a connection works for. Everything is called in the order of the stream, by one thread at a time.</summary>
internal interface IConnectionUser
{
    /// <summary>On the connection's thread: there is a stream, for the first time or again: subscribe anew and send again what has no answer.</summary>
    void OnConnected(Welcome welcome);

    /// <summary>A message has come. It may be a caller's thread that has received it: nothing here may wait for another thread.</summary>
    void OnMessage(MessageType type, ref MessagePackReader body);

    /// <summary>On the connection's thread: there will be no stream any more.</summary>
    void OnEnded(FaultException reason);
}
