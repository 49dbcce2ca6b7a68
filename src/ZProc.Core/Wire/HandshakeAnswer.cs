namespace ZProc.Core.Wire;

/// <summary>The first byte of the server's answer to a HELLO. The numbers are part of the protocol.</summary>
internal enum HandshakeAnswer : byte
{
    /// <summary>The server's challenge follows.</summary>
    Challenge = 1,

    /// <summary>The client's secret is another one, or its message is no HELLO.</summary>
    Refused = 2,

    /// <summary>The server speaks another version of the protocol.</summary>
    OtherVersion = 3,
}
