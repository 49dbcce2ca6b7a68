namespace ZProc.Core.Wire;

/// <summary>
/// The three messages of the handshake. Each has a fixed length, so a side that has not proved the secret can send no more than
/// these bytes.
/// </summary>
/// <remarks>
/// <c>HELLO</c>: "ZPRC", version, access level, client nonce, first proof. <c>CHALLENGE</c>: an answer byte, server nonce, server
/// proof. <c>PROOF</c>: client id, client proof. The stream of frames follows, and its first frame is the server's WELCOME.
/// </remarks>
internal static class HandshakeFormat
{
    public const int HelloBytes = 4 + 1 + 1 + Proofs.NonceBytes + Proofs.ProofBytes;
    public const int ChallengeBytes = 1 + Proofs.NonceBytes + Proofs.ProofBytes;
    public const int ProofMessageBytes = 16 + Proofs.ProofBytes;

    private const int VersionAt = 4;
    private const int AccessAt = 5;
    private const int NonceAt = 6;
    private const int HelloProofAt = NonceAt + Proofs.NonceBytes;

    private static ReadOnlySpan<byte> Magic => "ZPRC"u8;

    public static byte[] Hello(ConnectionString server, ReadOnlySpan<byte> nonce) =>
        [.. Magic, WireLimits.Version, (byte)server.Access, .. nonce, .. Proofs.Hello(server.Secret, nonce)];

    /// <summary>Whether bytes can be the beginning of a HELLO of this version.</summary>
    public static HandshakeAnswer Judge(ReadOnlySpan<byte> hello)
    {
        var magic = Math.Min(hello.Length, Magic.Length);
        return !hello[..magic].SequenceEqual(Magic[..magic]) ? HandshakeAnswer.Refused
            : hello.Length > VersionAt && hello[VersionAt] != WireLimits.Version ? HandshakeAnswer.OtherVersion
            : HandshakeAnswer.Challenge;
    }

    public static AccessLevel AccessOf(ReadOnlySpan<byte> hello) => (AccessLevel)hello[AccessAt];

    public static ReadOnlySpan<byte> NonceOf(ReadOnlySpan<byte> hello) => hello.Slice(NonceAt, Proofs.NonceBytes);

    public static ReadOnlySpan<byte> HelloProofOf(ReadOnlySpan<byte> hello) => hello.Slice(HelloProofAt, Proofs.ProofBytes);

    public static byte[] Challenge(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> proof) => [(byte)HandshakeAnswer.Challenge, .. nonce, .. proof];

    /// <summary>The answer that ends a handshake.</summary>
    public static byte[] Refusal(HandshakeAnswer answer) => [(byte)answer];

    public static byte[] Proof(Guid client, ReadOnlySpan<byte> proof) => [.. client.ToByteArray(), .. proof];
}
