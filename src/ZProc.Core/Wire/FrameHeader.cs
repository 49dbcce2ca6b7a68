using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ZProc.Core.Wire;

/// <summary>What stands before each part of a message.</summary>
/// <param name="Number">Counts the frames of one direction of one connection from 0; wraps around.</param>
/// <param name="Last">Whether the message ends with this part.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FrameHeader(uint Number, bool Last)
{
    public const int Bytes = 5;

    public static FrameHeader Read(ReadOnlySpan<byte> frame) => new(BinaryPrimitives.ReadUInt32LittleEndian(frame), frame[4] == 1);

    public void Write(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Number);
        frame[4] = Last ? (byte)1 : (byte)0;
    }
}
