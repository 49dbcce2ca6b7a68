using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Wire;

/// <summary>
/// A connected socket that carries frames, sealed or plain. It never blocks. One thread at a time may send, and one may receive;
/// <see cref="Close"/> may be called by any thread.
/// </summary>
internal sealed class FrameSocket : IDisposable
{
    private const int SmallBufferBytes = 16 * 1024;
    private const int LongestFrame = WireLimits.FrameBytes + FrameSeal.TagBytes;

    private readonly Socket _socket;
    private readonly FrameSeal? _outgoing;
    private readonly FrameSeal? _incoming;
    private readonly FrameWriter _writer;
    private byte[] _buffer = new byte[SmallBufferBytes];
    private int _start; // of the bytes that are not taken yet
    private int _end;
    private byte[] _sending = [];
    private int _sent; // bytes of the frame that is being sent
    private int _isClosed;

    /// <param name="socket">The socket, which the frame socket owns from now on.</param>
    /// <param name="outgoing">Seals the frames to send; null for plain ones.</param>
    /// <param name="incoming">Opens the frames that come; null for plain ones.</param>
    public FrameSocket(Socket socket, FrameSeal? outgoing, FrameSeal? incoming)
    {
        _socket = socket;
        _outgoing = outgoing;
        _incoming = incoming;
        _writer = new FrameWriter(outgoing);
        socket.Blocking = false;
    }

    /// <summary>The socket, for a wait for several.</summary>
    public Socket Socket => _socket;

    /// <summary>The bytes of the frames so far, sent or ready to be sent, as the other side counts them.</summary>
    public long WrittenBytes => _writer.Bytes;

    /// <summary>The bytes of the frames that were taken so far.</summary>
    public long TakenBytes { get; private set; }

    /// <summary>The bytes that have come of a frame that is not whole yet. For the thread that receives.</summary>
    public int UntakenBytes => _end - _start;

    /// <summary>Whether the socket was closed here.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    /// <summary>Whether bytes have come that were not received yet. Any thread may ask.</summary>
    public bool HasUnreceived
    {
        get
        {
            try
            {
                return !IsClosed && _socket.Available > 0;
            }
            catch (Exception expected) when (expected is SocketException or ObjectDisposedException)
            {
                // Expected: the connection ends at this moment.
                ZProcEventSource.Log.FaultCaught(nameof(FrameSocket), expected);
                return false;
            }
        }
    }

    /// <summary>Waits until the socket is ready.</summary>
    /// <param name="mode">Ready for what.</param>
    /// <returns>False when the connection is closed here.</returns>
    public bool Wait(SelectMode mode)
    {
        try
        {
            _socket.Poll(Timeout.InfiniteTimeSpan, mode);
            return !IsClosed;
        }
        catch (Exception expected) when (expected is SocketException or ObjectDisposedException)
        {
            // Expected: the connection was closed.
            ZProcEventSource.Log.FaultCaught(nameof(FrameSocket), expected);
            Close();
            return false;
        }
    }

    /// <summary>Receives once, without a wait.</summary>
    public ReceiveStatus Receive()
    {
        MakeRoom();
        int received;
        SocketError error;
        try
        {
            received = _socket.Receive(_buffer.AsSpan(_end), SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            return ReceiveStatus.Closed;
        }

        if (error.MeansNotReady())
        {
            return ReceiveStatus.Empty;
        }

        if (error != SocketError.Success || received == 0)
        {
            return ReceiveStatus.Closed;
        }

        _end += received;
        return ReceiveStatus.Received;
    }

    /// <summary>Takes the next whole frame of what has come: kind and content. Its memory is valid until the next <see cref="Receive"/>.</summary>
    /// <exception cref="FaultException">MalformedMessage: the frame is too long, too short, or does not open.</exception>
    public bool TryTakeFrame(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        var available = _end - _start;
        if (available < FrameWriter.LengthBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start));
        var tagBytes = _incoming is null ? 0 : FrameSeal.TagBytes;
        if (length < FrameWriter.KindBytes + tagBytes || length > LongestFrame)
        {
            throw Message.Malformed("the length of a frame is impossible");
        }

        if (available < FrameWriter.LengthBytes + length)
        {
            return false;
        }

        var prefix = _buffer.AsSpan(_start, FrameWriter.LengthBytes);
        var content = _buffer.AsMemory(_start + FrameWriter.LengthBytes, length - tagBytes);
        _incoming?.Open(content.Span, prefix, _buffer.AsSpan(_start + FrameWriter.LengthBytes + content.Length, tagBytes));
        _start += FrameWriter.LengthBytes + length;
        TakenBytes += content.Length;
        frame = content;
        return true;
    }

    /// <summary>Adds a message to the frame that is open.</summary>
    public void Add(ReadOnlySpan<byte> message) => _writer.Add(message);

    /// <summary>Completes the open frame. <see cref="TrySend"/> then sends it.</summary>
    public void CloseFrame() => _writer.Close();

    /// <summary>Sends the complete frames, as far as the other side takes them now.</summary>
    /// <returns>Whether everything was sent; also true when the connection is closed, where there is no receiver.</returns>
    public bool TrySend()
    {
        while (_sent < _sending.Length || TryTakeNext())
        {
            int sent;
            SocketError error;
            try
            {
                sent = _socket.Send(_sending.AsSpan(_sent), SocketFlags.None, out error);
            }
            catch (ObjectDisposedException)
            {
                return true;
            }

            if (error.MeansNotReady() || error == SocketError.NoBufferSpaceAvailable)
            {
                return false;
            }

            if (error != SocketError.Success)
            {
                Close(); // the receiving side notices, and ends the connection
                return true;
            }

            _sent += sent;
        }

        return true;
    }

    /// <summary>Ends the connection. A thread that waits for the socket wakes.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The two exceptions are named.")]
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception expected) when (expected is SocketException or ObjectDisposedException)
        {
            // Expected: the other side has closed the connection before.
            ZProcEventSource.Log.FaultCaught(nameof(FrameSocket), expected);
        }

        if (OperatingSystem.IsWindows())
        {
            _socket.Dispose(); // a shutdown does not wake a wait there
        }
    }

    /// <summary>Frees the socket. The threads that use it must have ended.</summary>
    public void Dispose()
    {
        Close();
        _socket.Dispose();
        _outgoing?.Dispose();
        _incoming?.Dispose();
    }

    private bool TryTakeNext()
    {
        if (!_writer.TryTake(out _sending))
        {
            _sending = [];
            _sent = 0;
            return false;
        }

        _sent = 0;
        return true;
    }

    /// <summary>Makes room for the frame that comes.</summary>
    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length > SmallBufferBytes)
            {
                _buffer = new byte[SmallBufferBytes]; // a large frame must not keep its memory for ever
            }

            return;
        }

        var needed = FrameWriter.LengthBytes + (_end - _start >= FrameWriter.LengthBytes ? BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start)) : 0);
        if (_start > 0 && (_end == _buffer.Length || _start + needed > _buffer.Length))
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, FrameWriter.LengthBytes + LongestFrame); // TryTakeFrame has checked the length
        }
    }
}
