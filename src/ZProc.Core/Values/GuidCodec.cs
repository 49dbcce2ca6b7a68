namespace ZProc.Core.Values;

/// <summary>Encodes and decodes GUIDs: 16 bytes, as <see cref="Guid.ToByteArray()"/> orders them.</summary>
internal static class GuidCodec
{
    public static void Write(ByteBuffer buffer, Guid guid) => buffer.WriteFixed(ValueKind.Guid, guid);

    public static Guid Read(ref ByteCursor cursor) => cursor.Read<Guid>();
}
