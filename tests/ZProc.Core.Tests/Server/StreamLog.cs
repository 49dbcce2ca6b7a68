using System.Buffers;
using MessagePack;
using NetMQ;
using NetMQ.Sockets;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>
/// A client that subscribes and acknowledges as a test tells it to, and writes down what it is sent, in order. It never gives
/// the server up: however long a test takes, it stays on the connection on which it began.
/// </summary>
internal sealed class StreamLog : IDisposable
{
    private readonly ConnectionString _address;
    private readonly Guid _client = Guid.NewGuid();
    private readonly byte[] _nonce = Proofs.Nonce();
    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly DealerSocket _socket = new();
    private readonly NetMQTimer _beat = new(WireLimits.HeartbeatInterval);
    private readonly NetMQPoller _poller;
    private readonly ManualResetEventSlim _connected = new();
    private readonly FrameReader _reader = new(long.MaxValue);
    private readonly List<string> _lines = [];
    private FrameWriter? _writer;
    private long _number;
    private long _taken;
    private long _acknowledged;
    private bool _acknowledges = true;

    public StreamLog(ConnectionString address)
    {
        _address = address;
        _socket.Options.Identity = [1, .. Guid.NewGuid().ToByteArray()[1..]];
        _socket.Options.ReceiveHighWatermark = 0;
        _socket.Options.Linger = TimeSpan.Zero;
        _socket.Connect(address.Endpoint);
        _socket.SendFrame(Message.Build(MessageType.Hello, (ref MessagePackWriter writer) =>
        {
            writer.WriteUInt8(WireLimits.Version);
            writer.Write(_nonce);
        }));
        _poller = [_socket, _beat];
        _socket.ReceiveReady += (_, _) => Receive();
        _beat.Elapsed += (_, _) => Beat();
        _poller.RunAsync("stream log", isBackgroundThread: true);
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
        var message = request.Build(1);
        _poller.Run(() => Send(message));
        return $"answer {request.Number}";
    }

    /// <summary>Acknowledges nothing from now on, so that the server has to wait. The client goes on to show that it is alive.</summary>
    public void StopAcknowledging() => _poller.Run(() => _acknowledges = false);

    /// <summary>Acknowledges what it was sent and all that follows.</summary>
    public void Acknowledge() => _poller.Run(() =>
    {
        _acknowledges = true;
        Beat();
    });

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
        _poller.Stop();
        _poller.Dispose();
        _socket.Dispose();
        _connected.Dispose();
        _library.Dispose();
    }

    private void Receive()
    {
        while (_socket.TryReceiveFrameBytes(out var frame))
        {
            if (_writer is null)
            {
                Prove(frame);
                continue;
            }

            _taken += frame.Length;
            _reader.Take(frame);
            while (_reader.TryNext(out var message))
            {
                WriteDown(message);
            }

            if (_acknowledges && _taken - _acknowledged >= WireLimits.CreditStepBytes)
            {
                Beat();
            }
        }
    }

    /// <summary>Answers the challenge.</summary>
    private void Prove(byte[] frame)
    {
        Assert.Equal(MessageType.Challenge, Message.Open(new ReadOnlySequence<byte>(frame), out var body));
        var serverNonce = body.ReadBytes()!.Value.ToArray();
        _socket.SendFrame(Message.Build(MessageType.Proof, (ref MessagePackWriter writer) =>
        {
            WireFormat.Write(ref writer, _client);
            writer.Write(Proofs.Client(_address.Secret, _nonce, serverNonce, _client));
        }));
        _writer = new FrameWriter(Proofs.Token(_address.Secret, _nonce, serverNonce, _client));
    }

    private void WriteDown(in ReadOnlySequence<byte> message)
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
    }

    private void Beat()
    {
        if (_connected.IsSet)
        {
            _acknowledged = _acknowledges ? _taken : _acknowledged;
            Send(Message.Build(MessageType.ClientHeartbeat, (ref MessagePackWriter writer) => writer.Write(_acknowledged)));
        }
    }

    private void Send(byte[] message)
    {
        _writer!.Add(message);
        _writer.Close();
        while (_writer.TryTake(out var frame))
        {
            _socket.SendFrame(frame);
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
