namespace ZProc.Core.Values;

/// <summary>Encodes and decodes URIs: a byte, 1 for an absolute one and 0 for a relative one, then the original text.</summary>
internal static class UriCodec
{
    public static void Write(ByteBuffer buffer, Uri uri)
    {
        buffer.WriteFixed(ValueKind.Uri, (byte)(uri.IsAbsoluteUri ? 1 : 0));
        TextCodec.Write(buffer, uri.OriginalString);
    }

    public static Uri Read(ref ByteCursor cursor)
    {
        var kind = cursor.ReadByte() switch { 0 => UriKind.Relative, 1 => UriKind.Absolute, _ => throw ValueFaults.OutOfRange(ValueKind.Uri) };
        return Uri.TryCreate(TextCodec.Read(ref cursor), kind, out var uri) ? uri : throw ValueFaults.OutOfRange(ValueKind.Uri);
    }

    public static void Skip(ref ByteCursor cursor)
    {
        cursor.ReadByte();
        TextCodec.Skip(ref cursor);
    }
}
