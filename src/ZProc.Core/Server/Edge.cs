using System.Diagnostics;
using System.Net.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The edge of a server: accepts connections and lets through those that prove the secret. One thread, of which each unproven
/// connection gets a bounded number of bytes, a bounded time, and one attempt. Half of the places are for connections that have shown
/// no sign of the secret, and half for those that have, which may be a recorded one. When there are too many of a kind, the oldest of
/// this kind is closed, so neither kind takes the places of the other.
/// </summary>
internal sealed class Edge : IDisposable
{
    private const int AcceptBatch = 64;
    private const int MostSpareDescriptors = 64;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly Listener _listener;
    private readonly ConnectionString _full;
    private readonly ConnectionString _readOnly;
    private readonly ServerStatistics _statistics;
    private readonly Action<UnprovenConnection> _proven;
    private readonly WakeSocket _wake = new();
    private readonly Thread _thread;
    private readonly long _descriptors = OperatingSystem.IsWindows() ? long.MaxValue : DescriptorsForClients(Libc.DescriptorLimit());
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

    /// <summary>
    /// The process needs descriptors of its own: a file that it cannot open in time, such as one of its assemblies, can be an error for
    /// as long as it runs. The system gives out the lowest number that is free, so numbers tell how many are in use.
    /// </summary>
    private static long DescriptorsForClients(long limit) => limit - Math.Min(limit / 4, MostSpareDescriptors);

    private bool TakesSpareDescriptor(Socket socket) => socket.Handle >= _descriptors;

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
                    CloseOldest(_unproven.Count);
                    Pause();
                }
            }
        }
        finally
        {
            _listener.Dispose();
            foreach (var connection in _unproven)
            {
                connection.Socket.Dispose();
            }
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
        if (connection.IsClosed)
        {
            return; // closed for another one in this round
        }

        var before = connection.Handshake.Step;
        if (!TryAdvance(connection))
        {
            Refuse(connection);
        }
        else if (connection.Handshake.Step == HandshakeStep.Proven)
        {
            if (TakesSpareDescriptor(connection.Socket))
            {
                Refuse(connection); // the client tries again
                return;
            }

            _unproven.Remove(connection);
            _proven(connection);
        }
        else if (before == HandshakeStep.Hello && connection.Handshake.Step == HandshakeStep.Proof)
        {
            _unproven.Remove(connection); // so that it does not count itself
            MakeRoom(HandshakeStep.Proof);
            _unproven.AddLast(connection);
        }
    }

    private bool TryAdvance(UnprovenConnection connection)
    {
        try
        {
            return connection.Advance(IsRepeated);
        }
#pragma warning disable CA1031 // one connection's fault must not end the edge for the others
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: the memory is exhausted, or the system refuses an option of a socket that was closed at the other end.
            ZProcEventSource.Log.FaultCaught(nameof(Edge), exception);
            return false;
        }
    }

    /// <summary>Whether another connection has sent the same HELLO and is about to prove the secret. A real client never sends one twice.</summary>
    private bool IsRepeated(UnprovenConnection one)
    {
        foreach (var other in _unproven)
        {
            if (other != one && other.Handshake.Step == HandshakeStep.Proof && other.Handshake.ClientNonce.SequenceEqual(one.Handshake.ClientNonce))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Closes the connections whose time is over.</summary>
    private void CloseLate()
    {
        foreach (var late in _unproven.Where(connection => connection.Age > WireLimits.HandshakeTimeout).ToArray())
        {
            Refuse(late);
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
                CloseOldest((_unproven.Count / 2) + 1); // the process has other uses for descriptors
                Pause();
                return;
            }

            if (TakesSpareDescriptor(socket))
            {
                CloseOldest((_unproven.Count / 2) + 1);
            }

            MakeRoom(HandshakeStep.Hello);
            var connection = new UnprovenConnection(socket, new Handshake(_full, _readOnly), _listener.Address.IsSealed);
            _unproven.AddLast(connection);
            Advance(connection); // a client sends its first message with the connection
        }
    }

    /// <summary>Closes the oldest connection that waits for a message, if half of all places are taken by such ones.</summary>
    private void MakeRoom(HandshakeStep step)
    {
        var same = _unproven.Where(connection => connection.Handshake.Step == step);
        if (same.Skip((WireLimits.UnprovenConnections / 2) - 1).Any())
        {
            Refuse(same.First());
        }
    }

    /// <summary>Accepts nothing for a moment.</summary>
    private void Pause() => _acceptAgain = Stopwatch.GetTimestamp() + (long)(AcceptPause.TotalSeconds * Stopwatch.Frequency);

    /// <summary>
    /// Closes the oldest connections, first those that have shown no sign of the secret. Plain loops: the edge calls this when something
    /// is exhausted, and code that was not used before may need an assembly that can then not be opened.
    /// </summary>
    private void CloseOldest(int count)
    {
        CloseOldest(HandshakeStep.Hello, ref count);
        CloseOldest(HandshakeStep.Proof, ref count);
    }

    private void CloseOldest(HandshakeStep step, ref int count)
    {
        var next = _unproven.First;
        while (next is { } node && count > 0)
        {
            next = node.Next;
            if (node.Value.Handshake.Step == step)
            {
                Refuse(node.Value);
                count--;
            }
        }
    }

    private void Refuse(UnprovenConnection connection)
    {
        _unproven.Remove(connection);
        connection.Close();
        _statistics.CountRefused();
    }
}
