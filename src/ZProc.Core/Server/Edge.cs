using System.Diagnostics;
using System.Net.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The edge of a server: accepts connections and lets through those that prove the secret. One thread, of which each unproven
/// connection gets a bounded number of bytes, a bounded time, and one attempt. When there are too many, the oldest that has shown
/// no sign of the secret is closed, so a client that knows the secret always finds room.
/// </summary>
internal sealed class Edge : IDisposable
{
    private const int AcceptBatch = 64;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly Listener _listener;
    private readonly ConnectionString _full;
    private readonly ConnectionString _readOnly;
    private readonly ServerStatistics _statistics;
    private readonly Action<UnprovenConnection> _proven;
    private readonly WakeSocket _wake = new();
    private readonly Thread _thread;
    private readonly LinkedList<UnprovenConnection> _unproven = new(); // the oldest first
    private readonly List<Socket> _waiting = [];
    private long _acceptAgain; // timestamp; 0 when connections are accepted
    private volatile bool _isStopped;

    /// <param name="listener">Where connections come from. The edge owns it.</param>
    /// <param name="connection">The server's connection string.</param>
    /// <param name="statistics">Counts refusals.</param>
    /// <param name="proven">Takes over a connection that has proved the secret. Must not throw.</param>
    public Edge(Listener listener, ConnectionString connection, ServerStatistics statistics, Action<UnprovenConnection> proven)
    {
        _listener = listener;
        _full = connection;
        _readOnly = connection.ReadOnly;
        _statistics = statistics;
        _proven = proven;
        _thread = new Thread(Run) { IsBackground = true, Name = "ZProc edge" };
        _thread.Start();
    }

    /// <summary>Stops accepting. The address is free when this returns.</summary>
    public void Dispose()
    {
        _isStopped = true;
        _wake.Wake();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_isStopped)
            {
                try
                {
                    Wait();
                    Serve();
                }
#pragma warning disable CA1031 // a fault at the edge must not end the process
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    // Expected: the memory is exhausted. Unproven connections are the first to go.
                    ZProcEventSource.Log.FaultCaught(nameof(Edge), exception);
                    CloseAll();
                    Pause();
                }
            }
        }
        finally
        {
            _listener.Dispose();
            CloseAll();
        }
    }

    private void Serve()
    {
        _wake.Take();
        foreach (var connection in Ready())
        {
            Advance(connection);
        }

        CloseLate();
        if (_waiting.Contains(_listener.Socket))
        {
            Accept();
        }
    }

    private void Wait()
    {
        _waiting.Clear();
        _waiting.Add(_wake.Reader);
        if (_acceptAgain == 0 || Stopwatch.GetTimestamp() >= _acceptAgain)
        {
            _acceptAgain = 0;
            _waiting.Add(_listener.Socket);
        }

        foreach (var connection in _unproven)
        {
            _waiting.Add(connection.Socket);
        }

        Socket.Select(_waiting, null, null, _acceptAgain == 0 ? CheckInterval : AcceptPause);
    }

    private UnprovenConnection[] Ready()
    {
        if (_unproven.Count == 0 || _waiting.Count == 0)
        {
            return [];
        }

        var ready = _waiting.ToHashSet();
        return [.. _unproven.Where(connection => ready.Contains(connection.Socket))];
    }

    private void Advance(UnprovenConnection connection)
    {
        if (!connection.Advance())
        {
            Refuse(connection);
        }
        else if (connection.Handshake.Step == HandshakeStep.Proven)
        {
            _unproven.Remove(connection);
            _proven(connection);
        }
    }

    /// <summary>Closes the connections whose time is over.</summary>
    private void CloseLate()
    {
        while (_unproven.First?.Value is { } oldest && oldest.Age > WireLimits.HandshakeTimeout)
        {
            Refuse(oldest);
        }
    }

    private void Accept()
    {
        for (var i = 0; i < AcceptBatch; i++)
        {
            Socket socket;
            try
            {
                socket = _listener.Socket.Accept();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                return;
            }
            catch (SocketException exception)
            {
                // Expected: the client has gone, or the process has no descriptor left. The queue of the system keeps the others.
                ZProcEventSource.Log.FaultCaught(nameof(Edge), exception);
                CloseOldest();
                Pause();
                return;
            }

            if (_unproven.Count >= WireLimits.UnprovenConnections)
            {
                CloseOldest();
            }

            UnprovenConnection connection;
            try
            {
                connection = new UnprovenConnection(socket, new Handshake(_full, _readOnly), _listener.Address.IsSealed);
            }
            catch (SocketException expected)
            {
                // Expected: the client has closed the connection already.
                ZProcEventSource.Log.FaultCaught(nameof(Edge), expected);
                socket.Dispose();
                continue;
            }

            _unproven.AddLast(connection);
            Advance(connection); // a client sends its first message with the connection
        }
    }

    /// <summary>Closes the oldest connection that has shown no sign of the secret, or else the oldest of all.</summary>
    private void CloseOldest()
    {
        if ((_unproven.FirstOrDefault(connection => connection.Handshake.Step == HandshakeStep.Hello) ?? _unproven.First?.Value) is { } oldest)
        {
            Refuse(oldest);
        }
    }

    /// <summary>Accepts nothing for a moment.</summary>
    private void Pause() => _acceptAgain = Stopwatch.GetTimestamp() + (long)(AcceptPause.TotalSeconds * Stopwatch.Frequency);

    private void CloseAll()
    {
        foreach (var connection in _unproven)
        {
            connection.Socket.Dispose();
        }

        _unproven.Clear();
    }

    private void Refuse(UnprovenConnection connection)
    {
        _unproven.Remove(connection);
        connection.Socket.Dispose();
        _statistics.CountRefused();
    }
}
