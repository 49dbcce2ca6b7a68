namespace Microsoft.PowerShell.Commands;

/// <summary>Takes an -Encoding argument as PowerShell does: a name, a code page or an encoding.</summary>
internal sealed class TextEncodingAttribute : ArgumentTransformationAttribute
{
    public static Encoding Default { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return bare switch
        {
            Encoding encoding => encoding,
            int page => Encoding.GetEncoding(page),
            string name => name.ToUpperInvariant() switch
            {
                "UTF8" or "UTF-8" or "UTF8NOBOM" or "DEFAULT" => Default,
                "UTF8BOM" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
                "ASCII" => Encoding.ASCII,
                "UNICODE" => Encoding.Unicode,
                "BIGENDIANUNICODE" => Encoding.BigEndianUnicode,
                "UTF32" => Encoding.UTF32,
                "OEM" or "ANSI" => Encoding.Default,
                _ => Encoding.GetEncoding(name),
            },
            _ => inputData,
        };
    }
}
