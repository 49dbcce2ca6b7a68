using System.Net;
using System.Net.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Server;

/// <summary>A TCP relay between clients and a server whose connections a test can cut, and whose directions it can disturb, at will.</summary>
internal sealed class CuttableProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConnectionString? _target;
    private readonly int _targetPort;
    private readonly List<Socket> _open = [];
    private TaskCompletionSource _connected = NewSignal();
    private bool _disposed;

    /// <summary>Where a server has to listen that a relay leads to.</summary>
    public static readonly ServerAddress AnyPort = new TcpAddress("127.0.0.1", 0);

    public CuttableProxy(ConnectionString target)
        : this(target.Address is TcpAddress address ? address.Port : 0) => _target = target;

    /// <param name="targetPort">The port of any server at the loopback address.</param>
    public CuttableProxy(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The relay's port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The server's connection string with the relay's address.</summary>
    public ConnectionString Connection => _target!.At(new TcpAddress("127.0.0.1", Port));

    /// <summary>What clients send.</summary>
    public ProxyDirection FromClients { get; } = new();

    /// <summary>What clients are sent.</summary>
    public ProxyDirection ToClients { get; } = new();

    /// <summary>Completes when the next client connects.</summary>
    public Task WhenConnected() => Volatile.Read(ref _connected).Task;

    /// <summary>Cuts every connection, with whatever is on its way.</summary>
    public void Cut()
    {
        lock (_open)
        {
            foreach (var socket in _open)
            {
                socket.Close(0);
            }

            _open.Clear();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _listener.Stop();
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (!_disposed)
        {
            TcpClient inner, outer;
            try
            {
                inner = await _listener.AcceptTcpClientAsync();
                inner.NoDelay = true;
                outer = new TcpClient { NoDelay = true };
                await outer.ConnectAsync(IPAddress.Loopback, _targetPort);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                continue;
            }

            lock (_open)
            {
                _open.AddRange([inner.Client, outer.Client]);
            }

            Interlocked.Exchange(ref _connected, NewSignal()).SetResult();
            _ = RelayAsync(inner, outer, FromClients);
            _ = RelayAsync(outer, inner, ToClients);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task RelayAsync(TcpClient from, TcpClient to, ProxyDirection direction)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            var isOpen = true;
            while (await from.GetStream().ReadAsync(buffer) is var length and > 0)
            {
                isOpen = isOpen && await direction.PassAsync(to.GetStream(), buffer.AsMemory(0, length));
            }

            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            from.Close();
            to.Close();
        }
    }
}
