using System.Buffers;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>
/// A client that subscribes and reads as a test tells it to, and writes down what it is sent, in order. It never gives the server
/// up: however long a test takes, it stays on the connection on which it began.
/// </summary>
internal sealed class StreamLog : IDisposable
{
    private readonly WakeSocket _wake = new();
    private readonly ClientStream _stream;
    private readonly Thread _reader;
    private readonly Timer _beat;
    private readonly ManualResetEventSlim _connected = new();
    private readonly ManualResetEventSlim _reads = new(initialState: true);
    private readonly List<string> _lines = [];
    private long _number;
    private volatile bool _isDisposed;

    public StreamLog(ConnectionString address)
    {
        _stream = ClientStream.Open(address, Guid.NewGuid(), _wake, CancellationToken.None);
        _reader = new Thread(Read) { IsBackground = true, Name = "stream log" };
        _reader.Start();
        _beat = new Timer(_ => Beat(), null, TimeSpan.Zero, WireLimits.HeartbeatInterval);
        Assert.True(_connected.Wait(Soon));
    }

    /// <summary>Asks for a namespace and its updates.</summary>
    /// <returns>The line that is written down when the answer comes.</returns>
    public string Subscribe(string ns, long? since = null)
    {
        var request = new Request<object?>(
            Operation.Subscribe,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                WireFormat.WriteOptional(ref writer, since);
            },
            RequestTable.ReadEmpty)
        { Number = ++_number };
        request.Build(1);
        Send(request.TakeMessage()!);
        return $"answer {request.Number}";
    }

    /// <summary>Reads nothing from now on, so that the server has to wait. The client goes on to show that it is alive.</summary>
    public void StopReading() => _reads.Reset();

    /// <summary>Reads what it was sent and all that follows.</summary>
    public void ReadOn() => _reads.Set();

    /// <summary>All lines so far, once a line is among them.</summary>
    public IReadOnlyList<string> ReadTo(string line)
    {
        lock (_lines)
        {
            while (!_lines.Contains(line))
            {
                Assert.True(Monitor.Wait(_lines, Soon), $"'{line}' did not come; there is: {string.Join(", ", _lines)}");
            }

            return [.. _lines];
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _reads.Set();
        _beat.Dispose();
        _stream.Close();
        Assert.True(_reader.Join(Soon));
        _stream.Dispose();
        _wake.Dispose();
        _connected.Dispose();
        _reads.Dispose();
    }

    private void Read()
    {
        while (!_isDisposed)
        {
            _stream.Wait(Timeout.InfiniteTimeSpan);
            _reads.Wait();
            if (_stream.Receive(WriteDown) == ReceiveStatus.Closed)
            {
                return;
            }
        }
    }

    private bool WriteDown(in ReadOnlySequence<byte> message)
    {
        switch (Message.Open(message, out var body))
        {
            case MessageType.Welcome:
                _connected.Set();
                break;
            case MessageType.Reply:
                body.Skip(); // the sequence
                Write($"answer {body.ReadInt64()}");
                break;
            case MessageType.Push:
                var update = UpdateFormat.ReadUpdate(ref body);
                Write($"update {update.Namespace} {update.Revision}");
                break;
            case MessageType.PushesEnded:
                Write($"lost {WireFormat.ReadText(ref body)}");
                break;
        }

        return true;
    }

    private void Beat() => Send(Message.Build(MessageType.ClientHeartbeat, (ref MessagePackWriter writer) => writer.Write(_stream.TakeAcknowledgement())));

    private void Send(byte[] message)
    {
        lock (_stream)
        {
            _stream.Add(message);
            _stream.Send();
        }
    }

    private void Write(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
            Monitor.PulseAll(_lines);
        }
    }
}
