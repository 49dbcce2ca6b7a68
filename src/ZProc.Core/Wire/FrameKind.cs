namespace ZProc.Core.Wire;

/// <summary>The content of a frame: its first byte. The numbers are part of the protocol.</summary>
internal enum FrameKind : byte
{
    /// <summary>A middle part of a message; the next frame has the next part.</summary>
    Part = 0,

    /// <summary>A whole message, or the last part of one.</summary>
    Last = 1,

    /// <summary>Several short messages, each after its length (4 bytes, little-endian).</summary>
    Batch = 2,

    /// <summary>The first part of a long message, after the length of the whole message (8 bytes, little-endian).</summary>
    First = 3,
}
