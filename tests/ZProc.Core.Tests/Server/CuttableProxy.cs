using System.Net;
using System.Net.Sockets;

namespace ZProc.Core.Tests.Server;

/// <summary>A TCP relay between a client and a server whose connections a test can cut, or hold up, at will.</summary>
internal sealed class CuttableProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly List<Socket> _open = [];
    private bool _disposed;

    public CuttableProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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
                outer = new TcpClient { NoDelay = true };
                await outer.ConnectAsync(IPAddress.Loopback, _target);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                continue;
            }

            lock (_open)
            {
                _open.AddRange([inner.Client, outer.Client]);
            }

            _ = RelayAsync(inner, outer);
            _ = RelayAsync(outer, inner);
        }
    }

    private static async Task RelayAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            from.Close();
            to.Close();
        }
    }
}
