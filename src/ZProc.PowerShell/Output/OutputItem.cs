using System.Runtime.InteropServices;

namespace ZProc.Output;

/// <summary>One thing a process wrote: itself when it was written in this OS process, or encoded until somebody wants it.</summary>
/// <param name="Kind">The stream.</param>
/// <param name="Value">The object itself; null when it is encoded.</param>
/// <param name="Encoded">Its encoding; empty when it is not encoded.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OutputItem(OutputKind Kind, object? Value, ReadOnlyMemory<byte> Encoded)
{
    /// <summary>The object.</summary>
    public object? Open() => Encoded.IsEmpty ? Value : OutputCodec.Decode(Kind, Encoded);
}
