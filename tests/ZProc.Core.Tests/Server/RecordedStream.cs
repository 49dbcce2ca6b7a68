using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Server;

/// <summary>A client that only checks its stream: whether a sign of life that tells a sequence comes after the updates up to it.</summary>
internal sealed class RecordedStream : IConnectionUser, IDisposable
{
    private readonly Connection _connection;
    private readonly string _namespace;
    private readonly ManualResetEventSlim _subscribed = new();
    private long _updated;

    public RecordedStream(ConnectionString address, string ns)
    {
        _namespace = ns;
        _connection = new Connection(address, Guid.NewGuid(), this);
        _connection.Open(TestValues.InTime, CancellationToken.None);
        Assert.True(_subscribed.Wait(TestValues.Soon));
    }

    bool IConnectionUser.HasListeners => true;

    bool IConnectionUser.ExpectsUpdates => true;

    bool IConnectionUser.NeedsServer => true;

    string IConnectionUser.WhyNoServer => string.Empty;

    void IConnectionUser.OnUnreachable()
    {
    }

    void IConnectionUser.OnLost()
    {
    }

    /// <summary>How many signs of life came.</summary>
    public int Beats { get; private set; }

    /// <summary>How many of them told of an update that had not come.</summary>
    public int Early { get; private set; }

    /// <summary>The sequence of the newest update.</summary>
    public long Updated => Interlocked.Read(ref _updated);

    public void Dispose()
    {
        _connection.Dispose();
        _subscribed.Dispose();
    }

    void IConnectionUser.OnConnected(Welcome welcome)
    {
        var request = new Request<object?>(
            Operation.Subscribe,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(_namespace);
                writer.WriteNil();
            },
            RequestTable.ReadEmpty)
        { Number = 1 };
        request.Build(1);
        _connection.Enqueue(request);
    }

    void IConnectionUser.OnMessage(MessageType type, ref MessagePackReader body)
    {
        switch (type)
        {
            case MessageType.Reply:
                _subscribed.Set();
                break;
            case MessageType.Push:
                Interlocked.Exchange(ref _updated, UpdateFormat.ReadUpdate(ref body).Sequence);
                break;
            case MessageType.ServerHeartbeat:
                Beats++;
                Early += body.ReadInt64() > _updated ? 1 : 0;
                break;
        }
    }

    void IConnectionUser.OnEnded(FaultException reason)
    {
    }
}
