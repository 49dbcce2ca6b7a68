using System.Net;
using System.Net.Sockets;

namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes IP addresses: a byte with the size of the address, 4 or 16, then the address in network order. An IPv6
/// address has a 32-bit scope id behind it.
/// </summary>
internal static class IPAddressCodec
{
    private const int V4Size = 4;
    private const int V6Size = 16;

    public static void Write(ByteBuffer buffer, IPAddress address)
    {
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var size = isV6 ? V6Size : V4Size;
        buffer.WriteFixed(ValueKind.IPAddress, (byte)size);
        address.TryWriteBytes(buffer.Reserve(size), out _);
        if (isV6)
        {
            buffer.Write((uint)address.ScopeId);
        }
    }

    public static IPAddress Read(ref ByteCursor cursor) => cursor.ReadByte() switch
    {
        V4Size => new IPAddress(cursor.ReadBytes(V4Size)),
        V6Size => new IPAddress(cursor.ReadBytes(V6Size), cursor.Read<uint>()),
        _ => throw ValueFaults.OutOfRange(ValueKind.IPAddress),
    };

    public static void Skip(ref ByteCursor cursor) => cursor.ReadBytes(cursor.ReadByte() switch
    {
        V4Size => V4Size,
        V6Size => V6Size + sizeof(uint),
        _ => throw ValueFaults.OutOfRange(ValueKind.IPAddress),
    });
}
