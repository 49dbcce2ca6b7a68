using System.Diagnostics;
using System.Globalization;
using NetMQ;
using NetMQ.Sockets;

namespace ZProc.Benchmarks.Yardsticks;

/// <summary>The other side of a <see cref="BareServer"/>, in another OS process.</summary>
internal sealed class BareClient : IDisposable
{
    /// <summary>The first byte of the last message of a run through the pipeline.</summary>
    public const byte Last = 1;

    /// <summary>The size of a message, in bytes: that of a small update.</summary>
    private const int Size = 64;

    private readonly RequestSocket _echo = new();
    private readonly PushSocket _pipeline = new();
    private readonly PullSocket _arrived = new();
    private readonly DealerSocket _answers = new();
    private readonly byte[] _message = new byte[Size];
    private readonly byte[] _last = new byte[Size];

    /// <param name="address">The server's address.</param>
    public BareClient(string address)
    {
        _last[0] = Last;
        var parts = address.Split(' ');
        var key = parts[^1] == "-" ? null : Convert.FromHexString(parts[^1]);
        foreach (var (socket, port) in new NetMQSocket[] { _echo, _pipeline, _arrived, _answers }.Zip(parts))
        {
            socket.Options.SendHighWatermark = 0;
            socket.Options.ReceiveHighWatermark = 0;
            if (key is not null)
            {
                socket.Options.CurveServerKey = key;
                socket.Options.CurveCertificate = new NetMQCertificate();
            }

            socket.Connect($"tcp://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>Makes round trips one after the other: the median, in microseconds.</summary>
    public double Echo(int count) => Timing.Median(count, () =>
    {
        _echo.SendFrame(_message);
        _echo.ReceiveFrameBytes();
    });

    /// <summary>Sends messages one way without waiting, until the last has arrived: microseconds for each message.</summary>
    public double Pipeline(int count)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 1; i < count; i++)
        {
            _pipeline.SendFrame(_message);
        }

        _pipeline.SendFrame(_last);
        _arrived.ReceiveFrameBytes();
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / count;
    }

    /// <summary>Sends messages without waiting, until the last of their answers has come: microseconds for each message.</summary>
    public double AnsweredPipeline(int count)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            _answers.SendFrame(_message);
        }

        for (var i = 0; i < count; i++)
        {
            _answers.ReceiveFrameBytes();
        }

        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / count;
    }

    /// <summary>Ends the server's threads.</summary>
    public void Dispose()
    {
        _echo.SendFrameEmpty();
        _echo.ReceiveFrameBytes();
        _pipeline.SendFrameEmpty();
        _answers.SendFrameEmpty();
        _echo.Dispose();
        _pipeline.Dispose();
        _arrived.Dispose();
        _answers.Dispose();
    }
}
