using System.Runtime.InteropServices;

namespace ZProc.Output;

/// <summary>One item of output: the object itself when it was written in this OS process, else the encoding of the object.</summary>
/// <param name="Kind">The stream.</param>
/// <param name="Value">The object; null when the item is encoded.</param>
/// <param name="Encoded">The encoding; empty when the item is not encoded.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OutputItem(OutputKind Kind, object? Value, ReadOnlyMemory<byte> Encoded)
{
    /// <summary>The object, decoded if necessary.</summary>
    public object? Open() => Encoded.IsEmpty ? Value : OutputCodec.Decode(Kind, Encoded);
}
