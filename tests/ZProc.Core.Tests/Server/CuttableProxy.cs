using System.Net;
using System.Net.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Server;

/// <summary>A TCP relay between a client and a server whose connections a test can cut, or hold up, at will.</summary>
internal sealed class CuttableProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConnectionString _target;
    private readonly List<Socket> _open = [];
    private readonly SemaphoreSlim _toClients = new(1, 1);
    private readonly object _gate = new();
    private (long Bytes, TaskCompletionSource Passed)? _awaited;
    private long _fromClients;
    private long _untilCut = long.MaxValue;
    private bool _disposed;

    /// <summary>Where a server has to listen that a relay leads to.</summary>
    public static readonly ServerAddress AnyPort = new TcpAddress("127.0.0.1", 0);

    public CuttableProxy(ConnectionString target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The server's connection string with the relay's address.</summary>
    public ConnectionString Connection => _target.At(new TcpAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port));

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

    /// <summary>Cuts every connection once clients have been sent that many bytes from now on.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _untilCut, bytes);

    /// <summary>How often <see cref="CutAfter"/> has cut.</summary>
    public int LateCuts { get; private set; }

    /// <summary>Holds the server's messages back from now on, until <see cref="Release"/>.</summary>
    public void Hold() => _toClients.Wait();

    /// <summary>Passes on the messages that were held back, and all that follow.</summary>
    public void Release() => _toClients.Release();

    /// <summary>Completes when clients have sent that many bytes from now on.</summary>
    public Task WhenSent(int bytes)
    {
        lock (_gate)
        {
            _awaited = (_fromClients + bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _awaited.Value.Passed.Task;
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
                await outer.ConnectAsync(IPAddress.Loopback, ((TcpAddress)_target.Address).Port);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                continue;
            }

            lock (_open)
            {
                _open.AddRange([inner.Client, outer.Client]);
            }

            _ = RelayAsync(inner, outer, PassFromClientAsync);
            _ = RelayAsync(outer, inner, PassToClientAsync);
        }
    }

    private async Task PassFromClientAsync(NetworkStream to, ReadOnlyMemory<byte> bytes)
    {
        await to.WriteAsync(bytes);
        lock (_gate)
        {
            _fromClients += bytes.Length;
            if (_awaited is { } awaited && _fromClients >= awaited.Bytes)
            {
                awaited.Passed.TrySetResult();
            }
        }
    }

    private async Task PassToClientAsync(NetworkStream to, ReadOnlyMemory<byte> bytes)
    {
        await _toClients.WaitAsync();
        try
        {
            await to.WriteAsync(bytes);
        }
        finally
        {
            _toClients.Release();
        }

        if (Interlocked.Read(ref _untilCut) != long.MaxValue && Interlocked.Add(ref _untilCut, -bytes.Length) <= 0)
        {
            Interlocked.Exchange(ref _untilCut, long.MaxValue);
            LateCuts++;
            Cut();
        }
    }

    private static async Task RelayAsync(TcpClient from, TcpClient to, Func<NetworkStream, ReadOnlyMemory<byte>, Task> pass)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.GetStream().ReadAsync(buffer) is var length and > 0)
            {
                await pass(to.GetStream(), buffer.AsMemory(0, length));
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
