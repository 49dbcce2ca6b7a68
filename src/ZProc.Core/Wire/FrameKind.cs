namespace ZProc.Core.Wire;

/// <summary>What a frame holds.</summary>
internal enum FrameKind : byte
{
    /// <summary>A part of a message that goes on in the next frame.</summary>
    Part = 0,

    /// <summary>A message, or the last part of one.</summary>
    Last = 1,

    /// <summary>Several short messages, each behind its length.</summary>
    Batch = 2,
}
