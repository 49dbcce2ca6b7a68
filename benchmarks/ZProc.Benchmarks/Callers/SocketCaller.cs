using System.Net.Sockets;
using ZProc.Benchmarks.Yardsticks;

namespace ZProc.Benchmarks.Callers;

/// <summary>A client of <see cref="SocketEcho"/>.</summary>
internal sealed class SocketCaller : Caller
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _message = new byte[SocketEcho.MessageBytes];

    public SocketCaller(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    public override void Call()
    {
        _socket.Send(_message);
        for (var received = 0; received < _message.Length;)
        {
            received += _socket.Receive(_message.AsSpan(received));
        }
    }

    public override void Dispose() => _socket.Dispose();
}
