using System.Net;
using System.Net.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Core.Wire;

/// <summary>Wakes a thread that waits for sockets: the thread waits for <see cref="Reader"/> as well. Thread-safe.</summary>
internal sealed class WakeSocket : IDisposable
{
    private readonly Socket _writer;
    private int _isAwake; // 1 from a wake-up until the thread has taken it

    public WakeSocket()
    {
        if (OperatingSystem.IsLinux())
        {
            var (reader, writer) = Libc.SocketPair();
            Reader = new Socket(new SafeSocketHandle(reader, ownsHandle: true));
            _writer = new Socket(new SafeSocketHandle(writer, ownsHandle: true));
        }
        else
        {
            // A datagram socket that is connected to itself takes only its own datagrams.
            Reader = _writer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            Reader.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Reader.Connect(Reader.LocalEndPoint!);
        }

        Reader.Blocking = false;
        _writer.Blocking = false;
    }

    /// <summary>Is readable after a wake-up.</summary>
    public Socket Reader { get; }

    /// <summary>Wakes the thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            try
            {
                _writer.Send([1], SocketFlags.None, out _);
            }
            catch (ObjectDisposedException expected)
            {
                // Expected: the client has left meanwhile, and no thread is there to be woken. Each request ends with that reason.
                ZProcEventSource.Log.FaultCaught(nameof(WakeSocket), expected);
            }
        }
    }

    /// <summary>Takes the wake-up, before the thread looks for what it was woken for.</summary>
    public void Take()
    {
        if (Volatile.Read(ref _isAwake) != 0)
        {
            Span<byte> taken = stackalloc byte[16];
            Reader.Receive(taken, SocketFlags.None, out _);
            Interlocked.Exchange(ref _isAwake, 0);
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        _writer.Dispose();
    }
}
