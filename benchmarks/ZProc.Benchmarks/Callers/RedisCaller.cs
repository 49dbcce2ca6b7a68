using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ZProc.Benchmarks.Callers;

/// <summary>The smallest client of Redis: one command, whose reply has a known number of lines.</summary>
internal sealed class RedisCaller : Caller
{
    private const byte NewLine = (byte)'\n';

    private readonly Socket _socket;
    private readonly byte[] _command;
    private readonly byte[] _received = new byte[4096];
    private readonly int _replyLines;

    /// <param name="address">The file of a socket, or a port.</param>
    /// <param name="command">The command and its arguments.</param>
    public RedisCaller(string address, params IReadOnlyList<string> command)
    {
        _socket = int.TryParse(address, CultureInfo.InvariantCulture, out var port)
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Connect(port > 0 ? new IPEndPoint(IPAddress.Loopback, port) : new UnixDomainSocketEndPoint(address));
        _command = Encoding.ASCII.GetBytes($"*{command.Count}\r\n" + string.Concat(command.Select(word => $"${word.Length}\r\n{word}\r\n")));
        _replyLines = command[0] == "GET" ? 2 : 1;
    }

    public override void Call() => Call(_command, _replyLines);

    /// <summary>Sends a number of commands together and waits for all replies.</summary>
    public void CallTogether(int count) => Call(Enumerable.Repeat(_command, count).SelectMany(command => command).ToArray(), count * _replyLines);

    public override void Dispose() => _socket.Dispose();

    private void Call(byte[] commands, int lines)
    {
        _socket.Send(commands);
        while (lines > 0)
        {
            lines -= _received.AsSpan(0, _socket.Receive(_received)).Count(NewLine);
        }
    }
}
