namespace ZProc.Core.Server;

/// <summary>What a handshake waits for, or how it has ended.</summary>
internal enum HandshakeStep
{
    /// <summary>The client's first message.</summary>
    Hello,

    /// <summary>The client's proof. The client has shown a sign of the secret, which may be a recorded one.</summary>
    Proof,

    /// <summary>The client knows the secret.</summary>
    Proven,

    /// <summary>The client does not know the secret, or sent something else.</summary>
    Refused,
}
