namespace ZProc.Core.Values;

/// <summary>Encodes and decodes URIs: a byte, 1 for an absolute one and 0 for a relative one, then the original text.</summary>
internal static class UriCodec
{
    /// <summary>The longest text that every supported version of .NET makes a URI of.</summary>
    private const int MaxLength = 65_519;

    public static void Write(ValueEncoder encoder, Uri uri)
    {
        if (Make(uri.OriginalString, uri.IsAbsoluteUri) is null)
        {
            throw encoder.Containers.NotSupported($"is a URI that its text does not make again, or one of more than {MaxLength:N0} characters");
        }

        encoder.Buffer.WriteFixed(ValueKind.Uri, (byte)(uri.IsAbsoluteUri ? 1 : 0));
        TextCodec.Write(encoder.Buffer, uri.OriginalString);
    }

    public static Uri Read(ref ByteCursor cursor)
    {
        var isAbsolute = cursor.ReadByte() == 1;
        return Make(TextCodec.Read(ref cursor), isAbsolute) ?? throw ValueFaults.OutOfRange(ValueKind.Uri);
    }

    /// <summary>Moves past a URI.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: its text does not make one.</exception>
    public static void Check(ref ByteCursor cursor)
    {
        var isAbsolute = cursor.ReadByte() switch { 0 => false, 1 => true, _ => throw ValueFaults.OutOfRange(ValueKind.Uri) };
        if (Make(TextCodec.ReadChecked(ref cursor), isAbsolute) is null)
        {
            throw ValueFaults.OutOfRange(ValueKind.Uri);
        }
    }

    public static void Skip(ref ByteCursor cursor)
    {
        cursor.ReadByte();
        TextCodec.Skip(ref cursor);
    }

    private static Uri? Make(string text, bool isAbsolute)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        if (Uri.TryCreate(text, isAbsolute ? UriKind.Absolute : UriKind.Relative, out var uri))
        {
            return uri;
        }

        // Only Unix takes a path alone for an absolute URI.
        return isAbsolute && text.StartsWith('/') && Uri.TryCreate(Uri.UriSchemeFile + "://" + text, UriKind.Absolute, out uri) ? uri : null;
    }
}
