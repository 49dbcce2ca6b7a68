using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ZProc.Core.Wire;

/// <summary>What stands at the beginning of each frame.</summary>
/// <param name="Number">Counts the frames of one direction of one connection from 0; wraps around.</param>
/// <param name="Kind">What follows.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FrameHeader(uint Number, FrameKind Kind)
{
    public const int Bytes = 5;

    public static FrameHeader Read(ReadOnlySpan<byte> frame) => new(BinaryPrimitives.ReadUInt32LittleEndian(frame), (FrameKind)frame[4]);

    public void Write(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Number);
        frame[4] = (byte)Kind;
    }
}
