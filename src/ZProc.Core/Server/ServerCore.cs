using System.Collections.Concurrent;
using NetMQ;
using NetMQ.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The core of a server: a ZeroMQ SERVER socket, the thread-safe form of a ROUTER, and its thread. Only connections that have proved
/// the secret reach it, each through a <see cref="CoreMailbox"/> of its own. It serves the requests about turns and subscriptions,
/// sends what other threads leave to it, and does the periodic work.
/// </summary>
internal sealed class ServerCore : IDisposable
{
    private readonly string _endpoint = $"inproc://zproc-{Guid.NewGuid():N}";
    private readonly ServerSocket _router = new();
    private readonly CoreMailbox _own;
    private readonly ConcurrentDictionary<long, (ServerConnection Connection, CoreMailbox Mailbox)> _connections = new();
    private readonly Dictionary<uint, long> _routes = [];
    private readonly OutletCollector _collector = new();
    private readonly Action _tick;
    private readonly Thread _thread;
    private long _lastNumber;

    /// <param name="tick">The periodic work, once in each <see cref="WireLimits.HeartbeatInterval"/>.</param>
    public ServerCore(Action tick)
    {
        _tick = tick;
        _router.Options.ReceiveHighWatermark = 0;
        _router.Options.Linger = TimeSpan.Zero;
        _router.Bind(_endpoint);
        _own = new CoreMailbox(_endpoint);
        _thread = new Thread(Run) { IsBackground = true, Name = "ZProc server" };
    }

    /// <summary>The connections, proven ones only.</summary>
    public IEnumerable<ServerConnection> Connections => _connections.Values.Select(entry => entry.Connection);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Registers a connection and makes its mailbox. The core disposes the mailbox after <see cref="CoreMessage.Detach"/>.</summary>
    public CoreMailbox Attach(ServerConnection connection)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        var mailbox = new CoreMailbox(_endpoint);
        _connections[number] = (connection, mailbox);
        mailbox.Post(CoreMessage.Attach, BitConverter.GetBytes(number));
        return mailbox;
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _own.Post(CoreMessage.Stop);
        _thread.Join();
        foreach (var (_, mailbox) in _connections.Values)
        {
            mailbox.Dispose();
        }

        _own.Dispose();
        _router.Dispose();
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
                _collector.Send(own: null, int.MaxValue);
                tick = Deadline.After(WireLimits.HeartbeatInterval);
            }

            // Whole milliseconds: with a fraction of one, NetMQ never times out.
            if (!_router.TryReceive(ref message, tick.Remaining))
            {
                continue;
            }

            if ((CoreMessage)message.Slice()[0] == CoreMessage.Stop)
            {
                message.Close();
                return;
            }

            var content = message.Slice().ToArray();
            var route = message.RoutingId;
            Guard(() => Handle(route, content));
            _collector.Send(own: null, int.MaxValue);
        }
    }

    private void Handle(uint route, byte[] message)
    {
        var kind = (CoreMessage)message[0];
        if (kind == CoreMessage.Attach)
        {
            _routes[route] = BitConverter.ToInt64(message.AsSpan(1));
            return;
        }

        var number = _routes[route];
        var (connection, mailbox) = _connections[number];
        switch (kind)
        {
            case CoreMessage.Send:
                connection.Send();
                break;
            case CoreMessage.Request:
                connection.ServeInCore(message.AsMemory(1));
                break;
            default:
                _routes.Remove(route);
                _connections.TryRemove(number, out _);
                mailbox.Dispose();
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
