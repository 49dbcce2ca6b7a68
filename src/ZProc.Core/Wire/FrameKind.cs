namespace ZProc.Core.Wire;

/// <summary>The content of a frame. The numbers are part of the protocol.</summary>
internal enum FrameKind : byte
{
    /// <summary>One part of a message; the next frame has the next part.</summary>
    Part = 0,

    /// <summary>A whole message, or the last part of one.</summary>
    Last = 1,

    /// <summary>Several short messages, each after its length (4 bytes, little-endian).</summary>
    Batch = 2,
}
