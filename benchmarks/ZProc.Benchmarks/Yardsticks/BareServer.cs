using System.Globalization;
using NetMQ;
using NetMQ.Sockets;

namespace ZProc.Benchmarks.Yardsticks;

/// <summary>
/// The server of the yardsticks: bare NetMQ sockets. One answers each message (an echo), one takes messages and answers only the last
/// one (a pipeline), and one takes messages and answers each. Each socket has a thread, which <see cref="BareClient"/> ends by a message.
/// </summary>
internal sealed class BareServer : IDisposable
{
    private readonly NetMQCertificate? _certificate;
    private readonly ResponseSocket _echo = new();
    private readonly PullSocket _pipeline = new();
    private readonly PushSocket _arrived = new();
    private readonly RouterSocket _answers = new();
    private readonly Thread[] _threads;

    /// <param name="isEncrypted">Whether its sockets take connections encrypted by CURVE only.</param>
    public BareServer(bool isEncrypted)
    {
        _certificate = isEncrypted ? new NetMQCertificate() : null;
        var ports = new[] { Bind(_echo), Bind(_pipeline), Bind(_arrived), Bind(_answers) };
        Address = string.Join(' ', [.. ports.Select(port => port.ToString(CultureInfo.InvariantCulture)), _certificate is null ? "-" : Convert.ToHexString(_certificate.PublicKey)]);
        _threads = [new Thread(Echo), new Thread(Take), new Thread(Answer)];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>The argument of the client's constructor.</summary>
    public string Address { get; }

    public void Dispose()
    {
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _echo.Dispose();
        _pipeline.Dispose();
        _arrived.Dispose();
        _answers.Dispose();
    }

    private int Bind(NetMQSocket socket)
    {
        socket.Options.SendHighWatermark = 0;
        socket.Options.ReceiveHighWatermark = 0;
        if (_certificate is not null)
        {
            socket.Options.CurveServer = true;
            socket.Options.CurveCertificate = _certificate;
        }

        return socket.BindRandomPort("tcp://127.0.0.1");
    }

    private void Echo()
    {
        while (_echo.ReceiveFrameBytes() is { Length: > 0 } message)
        {
            _echo.SendFrame(message);
        }

        _echo.SendFrameEmpty();
    }

    private void Take()
    {
        while (_pipeline.ReceiveFrameBytes() is { Length: > 0 } message)
        {
            if (message[0] == BareClient.Last)
            {
                _arrived.SendFrame(message);
            }
        }
    }

    private void Answer()
    {
        while (true)
        {
            var client = _answers.ReceiveFrameBytes();
            if (_answers.ReceiveFrameBytes() is not { Length: > 0 } message)
            {
                return;
            }

            _answers.SendMoreFrame(client).SendFrame(message);
        }
    }
}
