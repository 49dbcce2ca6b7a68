using System.Net.Sockets;

namespace ZProc.Core.Tests.Server;

/// <summary>One direction of a <see cref="CuttableProxy"/>, with the faults that a test gives it.</summary>
internal sealed class ProxyDirection
{
    private readonly SemaphoreSlim _held = new(1, 1);
    private readonly object _gate = new();
    private (long Bytes, TaskCompletionSource Passed)? _awaited;
    private long _passed;
    private long _untilClosed = long.MaxValue;

    /// <summary>How often <see cref="CloseAfter"/> has closed a connection.</summary>
    public int Closed { get; private set; }

    /// <summary>How long each piece of bytes waits before it is passed on.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Holds everything back from now on, until <see cref="Release"/>.</summary>
    public void Hold() => _held.Wait();

    /// <summary>Passes on what was held back, and all that follows.</summary>
    public void Release() => _held.Release();

    /// <summary>Holds everything back for a while.</summary>
    public async Task StallAsync(TimeSpan duration)
    {
        await _held.WaitAsync();
        await Task.Delay(duration);
        _held.Release();
    }

    /// <summary>
    /// Closes this direction of one connection after that many bytes from now on, in the middle of a frame or before one. The other
    /// direction stays open.
    /// </summary>
    public void CloseAfter(long bytes)
    {
        lock (_gate)
        {
            _untilClosed = bytes;
        }
    }

    /// <summary>Completes when that many bytes have been passed on from now on.</summary>
    public Task WhenPassed(int bytes)
    {
        lock (_gate)
        {
            _awaited = (_passed + bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _awaited.Value.Passed.Task;
        }
    }

    /// <summary>Passes bytes on, with the faults.</summary>
    /// <returns>False when this direction of the connection was closed.</returns>
    public async Task<bool> PassAsync(NetworkStream to, ReadOnlyMemory<byte> bytes)
    {
        await _held.WaitAsync();
        try
        {
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay);
            }

            var length = TakeLength(bytes.Length);
            await to.WriteAsync(bytes[..length]);
            Count(length);
            if (length < bytes.Length)
            {
                to.Socket.Shutdown(SocketShutdown.Send);
                return false;
            }

            return true;
        }
        finally
        {
            _held.Release();
        }
    }

    /// <returns>How many of the bytes to pass on before the direction is closed.</returns>
    private int TakeLength(int bytes)
    {
        lock (_gate)
        {
            if (_untilClosed == long.MaxValue)
            {
                return bytes;
            }

            if (_untilClosed >= bytes)
            {
                _untilClosed -= bytes;
                return bytes;
            }

            var length = (int)_untilClosed;
            _untilClosed = long.MaxValue;
            Closed++;
            return length;
        }
    }

    private void Count(int bytes)
    {
        lock (_gate)
        {
            _passed += bytes;
            if (_awaited is { } awaited && _passed >= awaited.Bytes)
            {
                awaited.Passed.TrySetResult();
            }
        }
    }
}
