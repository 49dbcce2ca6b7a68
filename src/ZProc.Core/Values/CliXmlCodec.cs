namespace ZProc.Core.Values;

/// <summary>Encodes and decodes objects that PowerShell serialized: the CLIXML as text.</summary>
internal static class CliXmlCodec
{
    public static void Write(ByteBuffer buffer, CliXml xml) => TextCodec.Write(buffer, ValueKind.CliXml, xml.Text);

    public static CliXml Read(ref ByteCursor cursor) => new(TextCodec.Read(ref cursor));
}
