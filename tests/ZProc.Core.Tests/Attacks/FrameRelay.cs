using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Attacks;

/// <summary>
/// Somebody between client and server, who sees each message of the handshake and each frame, and passes on what a test says instead.
/// </summary>
internal sealed class FrameRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConnectionString _target;
    private readonly List<Socket> _open = [];
    private readonly MemoryStream _seen = new();
    private readonly Thread _thread;

    public FrameRelay(ConnectionString target)
    {
        _target = target;
        _listener.Start();
        _thread = new Thread(Accept) { IsBackground = true, Name = "frame relay" };
        _thread.Start();
    }

    public enum Direction
    {
        ToServer,
        ToClient,
    }

    /// <summary>What is passed on in place of a piece: all of it by default. The pieces of a connection count from 0, the handshake included.</summary>
    public Func<Direction, int, byte[], IEnumerable<byte[]>>? Pass { get; set; }

    /// <summary>The server's connection string with the relay's address.</summary>
    public ConnectionString Connection => _target.At(new TcpAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port));

    /// <summary>How many connections came.</summary>
    public int Connections { get; private set; }

    /// <summary>Whether a text was among the bytes that came.</summary>
    public bool HasSeen(ReadOnlySpan<byte> text)
    {
        lock (_seen)
        {
            return _seen.GetBuffer().AsSpan(0, (int)_seen.Length).IndexOf(text) >= 0;
        }
    }

    public long SeenBytes
    {
        get
        {
            lock (_seen)
            {
                return _seen.Length;
            }
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        _thread.Join();
        lock (_open)
        {
            _open.ForEach(socket => socket.Dispose());
        }

        _seen.Dispose();
    }

    private void Accept()
    {
        while (true)
        {
            Socket inner, outer;
            try
            {
                inner = _listener.AcceptSocket();
                outer = new Socket(SocketType.Stream, ProtocolType.Tcp);
                outer.Connect(IPAddress.Loopback, ((TcpAddress)_target.Address).Port);
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException)
            {
                return;
            }

            inner.NoDelay = outer.NoDelay = true;
            lock (_open)
            {
                _open.AddRange([inner, outer]);
            }

            Connections++;
            foreach (var (direction, from, to) in new[] { (Direction.ToServer, inner, outer), (Direction.ToClient, outer, inner) })
            {
                new Thread(() => Relay(direction, from, to)) { IsBackground = true, Name = "frame relay" }.Start();
            }
        }
    }

    private void Relay(Direction direction, Socket from, Socket to)
    {
        try
        {
            int[] handshake = direction == Direction.ToServer
                ? [HandshakeFormat.HelloBytes, HandshakeFormat.ProofMessageBytes]
                : [HandshakeFormat.ChallengeBytes];
            for (var number = 0; ; number++)
            {
                var piece = number < handshake.Length ? Read(from, handshake[number]) : ReadFrame(from);
                lock (_seen)
                {
                    _seen.Write(piece);
                }

                foreach (var passed in Pass?.Invoke(direction, number, piece) ?? [piece])
                {
                    to.Send(passed);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    private static byte[] ReadFrame(Socket from)
    {
        var length = Read(from, sizeof(int));
        return [.. length, .. Read(from, BinaryPrimitives.ReadInt32LittleEndian(length))];
    }

    private static byte[] Read(Socket from, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var received = from.Receive(bytes.AsSpan(read));
            read += received > 0 ? received : throw new EndOfStreamException();
        }

        return bytes;
    }
}
