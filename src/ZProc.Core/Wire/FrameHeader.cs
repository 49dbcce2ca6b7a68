using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ZProc.Core.Wire;

/// <summary>The first bytes of each frame.</summary>
/// <param name="Number">The frame's number in one direction of one connection: from 0, and from 0 again after the largest.</param>
/// <param name="Kind">The kind of content that follows.</param>
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
