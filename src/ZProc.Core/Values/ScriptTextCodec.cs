namespace ZProc.Core.Values;

/// <summary>Encodes and decodes script blocks: the script as text.</summary>
internal static class ScriptTextCodec
{
    public static void Write(ByteBuffer buffer, ScriptText script) => TextCodec.Write(buffer, ValueKind.ScriptText, script.Text);

    public static ScriptText Read(ref ByteCursor cursor) => new(TextCodec.Read(ref cursor));
}
