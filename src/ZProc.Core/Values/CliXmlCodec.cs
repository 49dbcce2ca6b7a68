namespace ZProc.Core.Values;

/// <summary>Encodes and decodes objects that PowerShell serialized: the CLIXML as text.</summary>
internal static class CliXmlCodec
{
    public static void Write(ValueEncoder encoder, CliXml xml)
    {
        if (CliXmlCheck.Defect(xml.Text) is { } defect)
        {
            throw encoder.Containers.NotSupported($"is an object that does not travel: {defect}. Send the properties that are needed, as from Select-Object");
        }

        TextCodec.Write(encoder.Buffer, ValueKind.CliXml, xml.Text);
    }

    public static CliXml Read(ref ByteCursor cursor) => new(TextCodec.Read(ref cursor));

    /// <summary>Moves past an object.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: it is not plain data.</exception>
    public static void Check(ref ByteCursor cursor)
    {
        if (CliXmlCheck.Defect(TextCodec.ReadChecked(ref cursor)) is { } defect)
        {
            throw ValueFaults.Malformed(defect);
        }
    }
}
