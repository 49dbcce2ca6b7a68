using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ZProc.Core.Tests.Server;

/// <summary>A peer that speaks ZMTP over a plain socket, in any version, and need not prove the secret.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true, ReceiveTimeout = (int)TestValues.Soon.TotalMilliseconds };
    private readonly NetworkStream _stream;
    private readonly int _version;

    public RawPeer(int port, int version, byte[] id)
    {
        _version = version;
        _tcp.Connect(IPAddress.Loopback, port);
        _stream = _tcp.GetStream();
        switch (version)
        {
            case 1:
                _stream.Write([(byte)(id.Length + 1), 0, .. id]);
                ReadExactly(10); // the server's signature, which a version 1 peer takes for a long identity
                ReadExactly(2); // its empty identity
                break;
            case 2:
                _stream.Write([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 1, 5, 0, (byte)id.Length, .. id]);
                ReadExactly(10 + 2); // signature, revision, type
                ReadExactly(2); // its empty identity
                break;
            default:
                _stream.Write([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0, .. Encoding.ASCII.GetBytes("NULL"), .. new byte[16], 0, .. new byte[31]]);
                ReadExactly(64);
                byte[] ready =
                [
                    5, .. "READY"u8,
                    11, .. "Socket-Type"u8, 0, 0, 0, 6, .. "DEALER"u8,
                    8, .. "Identity"u8, 0, 0, 0, (byte)id.Length, .. id,
                ];
                _stream.Write([4, (byte)ready.Length, .. ready]);
                Assert.Equal(4, ReadExactly(1)[0]);
                ReadExactly(ReadExactly(1)[0]); // the server's READY
                break;
        }
    }

    public void Send(byte[] body)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, body.Length + (_version == 1 ? 1 : 0));
        if (_version == 1)
        {
            _stream.Write([0xFF, .. length, 0, .. body]);
        }
        else
        {
            _stream.Write([2, .. length, .. body]);
        }
    }

    /// <summary>The body of the next frame that the server sends.</summary>
    public byte[] Receive()
    {
        if (_version == 1)
        {
            var length = ReadExactly(1)[0];
            var size = length == 0xFF ? BinaryPrimitives.ReadInt64BigEndian(ReadExactly(8)) : length;
            return ReadExactly((int)size)[1..];
        }

        var flags = ReadExactly(1)[0];
        return ReadExactly((flags & 2) != 0 ? (int)BinaryPrimitives.ReadInt64BigEndian(ReadExactly(8)) : ReadExactly(1)[0]);
    }

    public void Dispose() => _tcp.Dispose();

    private byte[] ReadExactly(int count)
    {
        var bytes = new byte[count];
        _stream.ReadExactly(bytes);
        return bytes;
    }
}
