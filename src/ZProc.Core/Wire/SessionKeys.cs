namespace ZProc.Core.Wire;

/// <summary>The keys of one connection, one for each direction. Each handshake yields new ones.</summary>
/// <param name="Client">The key of the frames that the client sends.</param>
/// <param name="Server">The key of the frames that the server sends.</param>
internal sealed record SessionKeys(byte[] Client, byte[] Server)
{
    public static SessionKeys Derive(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) => new(
        Proofs.ClientKey(secret, clientNonce, serverNonce, client),
        Proofs.ServerKey(secret, clientNonce, serverNonce, client));
}
