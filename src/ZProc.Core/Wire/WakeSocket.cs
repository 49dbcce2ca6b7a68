using System.Net;
using System.Net.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Core.Wire;

/// <summary>Wakes a thread that waits for sockets: the thread waits for <see cref="Reader"/> as well. Thread-safe.</summary>
internal sealed class WakeSocket : IDisposable
{
    private int _isAwake; // 1 from the claim of a wake-up until the thread has read it

    public WakeSocket()
        : this(OperatingSystem.IsLinux())
    {
    }

    /// <param name="isPair">Whether to use a pair of sockets, which only Linux has here; else a datagram socket.</param>
    internal WakeSocket(bool isPair)
    {
        if (isPair)
        {
            var (reader, writer) = Libc.SocketPair();
            Reader = new Socket(new SafeSocketHandle(reader, ownsHandle: true));
            Writer = new Socket(new SafeSocketHandle(writer, ownsHandle: true));
        }
        else
        {
            // A datagram socket that is connected to itself takes only its own datagrams.
            Reader = Writer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            Reader.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Reader.Connect(Reader.LocalEndPoint!);
        }

        Reader.Blocking = false;
        Writer.Blocking = false;
    }

    /// <summary>Is readable after a wake-up.</summary>
    public Socket Reader { get; }

    internal Socket Writer { get; }

    /// <summary>Wakes the thread.</summary>
    public void Wake()
    {
        if (TryClaim())
        {
            Send();
        }
    }

    /// <summary>Takes the wake-up, before the thread looks for what it was woken for.</summary>
    public void Take()
    {
        // A claimed wake-up may still be on its way. The claim then stays, or nobody would read what arrives, and no wait would last.
        if (Volatile.Read(ref _isAwake) != 0)
        {
            Span<byte> taken = stackalloc byte[16];
            if (Reader.Receive(taken, SocketFlags.None, out _) > 0)
            {
                Interlocked.Exchange(ref _isAwake, 0);
            }
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }

    /// <summary>The first half of a wake-up; false when another wake-up is on its way, which is enough.</summary>
    internal bool TryClaim() => Interlocked.Exchange(ref _isAwake, 1) == 0;

    /// <summary>The second half of a wake-up that was claimed.</summary>
    internal void Send()
    {
        try
        {
            Writer.Send([1], SocketFlags.None, out var error);
            if (error != SocketError.Success)
            {
                Interlocked.Exchange(ref _isAwake, 0); // the next wake-up tries again
                ZProcEventSource.Log.FaultCaught(nameof(WakeSocket), new SocketException((int)error));
            }
        }
        catch (ObjectDisposedException expected)
        {
            // Expected: the client has left meanwhile, and no thread is there to be woken. Each request ends with that reason.
            ZProcEventSource.Log.FaultCaught(nameof(WakeSocket), expected);
        }
    }
}
