using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Who a connection works for. Everything is called on the connection's thread, in the order of the stream.</summary>
internal interface IConnectionUser
{
    /// <summary>There is a stream, for the first time or again: subscribe anew and send again what has no answer.</summary>
    void OnConnected(Welcome welcome);

    /// <summary>A message has come.</summary>
    void OnMessage(MessageType type, ref MessagePackReader body);

    /// <summary>There will be no stream any more.</summary>
    void OnEnded(FaultException reason);
}
