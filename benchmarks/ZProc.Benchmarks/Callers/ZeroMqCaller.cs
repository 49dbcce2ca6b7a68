using NetMQ;
using NetMQ.Sockets;
using ZProc.Benchmarks.Yardsticks;

namespace ZProc.Benchmarks.Callers;

/// <summary>A client of <see cref="ZeroMqEcho"/>.</summary>
internal sealed class ZeroMqCaller : Caller
{
    private readonly DealerSocket _socket = new();
    private readonly byte[] _message = new byte[SocketEcho.MessageBytes];

    public ZeroMqCaller(string port) => _socket.Connect($"tcp://127.0.0.1:{port}");

    public override void Call()
    {
        _socket.SendFrame(_message);
        _socket.ReceiveFrameBytes();
    }

    public override void Dispose() => _socket.Dispose();
}
