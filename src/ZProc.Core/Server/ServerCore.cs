using System.Buffers.Binary;
using System.Collections.Concurrent;
using NetMQ;
using NetMQ.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The core of a server: a ZeroMQ PAIR socket and its thread. Only connections that have proved the secret reach it, through its
/// <see cref="CoreMailbox"/>. It serves the requests about turns and subscriptions, sends what other threads leave to it, and does the
/// periodic work.
/// </summary>
internal sealed class ServerCore : IDisposable
{
    private readonly string _endpoint = $"inproc://zproc-{Guid.NewGuid():N}";
    private readonly PairSocket _inbox = new(); // after Start, the thread's own
    private readonly CoreMailbox _mailbox;
    private readonly ConcurrentDictionary<long, ServerConnection> _connections = new();
    private readonly OutletCollector _collector = new();
    private readonly Action _tick;
    private readonly Thread _thread;
    private long _lastNumber;

    /// <param name="tick">The periodic work, once in each <see cref="WireLimits.HeartbeatInterval"/>.</param>
    public ServerCore(Action tick)
    {
        _tick = tick;
        _inbox.Options.ReceiveHighWatermark = 0;
        _inbox.Options.Linger = TimeSpan.Zero;
        _inbox.Bind(_endpoint);
        _mailbox = new CoreMailbox(_endpoint);
        _thread = new Thread(Run) { IsBackground = true, Name = "ZProc server" };
    }

    /// <summary>The connections, proven ones only.</summary>
    public IEnumerable<ServerConnection> Connections => _connections.Values;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Registers a connection, until it sends <see cref="CoreMessage.Detach"/>.</summary>
    /// <returns>Its number.</returns>
    public long Attach(ServerConnection connection)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        _connections[number] = connection;
        return number;
    }

    /// <summary>Sends the core a message of a connection. Any thread may call it.</summary>
    public void Post(CoreMessage kind, long connection, ReadOnlySpan<byte> content = default) => _mailbox.Post(kind, connection, content);

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _mailbox.Post(CoreMessage.Stop);
        _thread.Join();
        _mailbox.Dispose();
        _inbox.Dispose();
    }

    private void Run()
    {
        _collector.Begin();
        var message = default(Msg);
        message.InitEmpty();
        var tick = Deadline.After(TimeSpan.Zero);
        while (true)
        {
            if (tick.Passed)
            {
                Guard(_tick);
                Guard(SendCollected);
                tick = Deadline.After(WireLimits.HeartbeatInterval);
            }

            // Whole milliseconds: with a fraction of one, NetMQ never times out.
            if (!_inbox.TryReceive(ref message, tick.Remaining))
            {
                continue;
            }

            if ((CoreMessage)message.Slice()[0] == CoreMessage.Stop)
            {
                message.Close();
                return;
            }

            var content = message.Slice().ToArray();
            Guard(() => Handle(content));
            Guard(SendCollected);
        }
    }

    private void SendCollected() => _collector.Send(own: null, int.MaxValue);

    private void Handle(byte[] message)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(1));
        if (!_connections.TryGetValue(number, out var connection))
        {
            return; // it has ended, and another thread had something to send to it
        }

        switch ((CoreMessage)message[0])
        {
            case CoreMessage.Send:
                connection.Send();
                break;
            case CoreMessage.Request:
                connection.ServeInCore(message.AsMemory(CoreMailbox.HeaderBytes));
                break;
            default:
                _connections.TryRemove(number, out _);
                break;
        }
    }

    /// <summary>Does a piece of work. Its fault ends neither the thread nor the server.</summary>
    private static void Guard(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // one client's fault must not end the server for the others
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: the memory is exhausted, or a connection ended at this moment.
            ZProcEventSource.Log.FaultCaught(nameof(ServerCore), exception);
        }
    }
}
