using System.Buffers.Binary;

namespace ZProc.Core.Durable;

/// <summary>The running checksum of a write-ahead log of SQLite, as the description of its file format defines it.</summary>
internal sealed class LogChecksum(bool isBigEndian)
{
    private uint _first;
    private uint _second;

    /// <summary>Adds bytes, a multiple of 8.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            _first += Read(bytes) + _second;
            _second += Read(bytes[4..]) + _first;
        }
    }

    /// <summary>Whether the checksum is the one that was written.</summary>
    public bool Equals(ReadOnlySpan<byte> written) =>
        BinaryPrimitives.ReadUInt32BigEndian(written) == _first && BinaryPrimitives.ReadUInt32BigEndian(written[4..]) == _second;

    private uint Read(ReadOnlySpan<byte> bytes) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
