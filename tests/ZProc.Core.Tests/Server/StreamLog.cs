using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>A client that subscribes as a test tells it to, and writes down what it is sent, in order.</summary>
internal sealed class StreamLog : IConnectionUser, IDisposable
{
    private readonly Connection _connection;
    private readonly ManualResetEventSlim _connected = new();
    private readonly List<string> _lines = [];
    private long _number;

    public StreamLog(ConnectionString address)
    {
        _connection = new Connection(address, Guid.NewGuid(), this);
        _connection.Start();
        Assert.True(_connected.Wait(Soon));
    }

    /// <summary>Asks for a namespace and its updates.</summary>
    /// <returns>What is written down when the answer comes.</returns>
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
        _connection.Send(request.Build(1));
        return $"answer {request.Number}";
    }

    /// <summary>All that came, once a line is among it.</summary>
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
        _connection.Dispose();
        _connected.Dispose();
    }

    void IConnectionUser.OnConnected(Welcome welcome) => _connected.Set();

    void IConnectionUser.OnMessage(MessageType type, ref MessagePackReader body)
    {
        switch (type)
        {
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

    void IConnectionUser.OnEnded(FaultException reason)
    {
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
