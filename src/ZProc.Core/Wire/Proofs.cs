using System.Security.Cryptography;
using System.Text;

namespace ZProc.Core.Wire;

/// <summary>
/// The proofs of the handshake, by which each side shows that it knows the secret: HMAC-SHA256 over both sides' fresh nonces.
/// Each use has its own label, so that no proof can be replayed or reflected as another.
/// </summary>
internal static class Proofs
{
    public const int NonceBytes = 32;
    public const int ProofBytes = 32;
    public const int TokenBytes = 16;

    /// <summary>Makes a fresh random nonce.</summary>
    public static byte[] Nonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    /// <summary>The server's proof.</summary>
    public static byte[] Server(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce) =>
        Mac(secret, "server"u8, clientNonce, serverNonce, []);

    /// <summary>The client's proof, which also binds its id.</summary>
    public static byte[] Client(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) =>
        Mac(secret, "client"u8, clientNonce, serverNonce, client.ToByteArray());

    /// <summary>The token at the start of each later frame of the client. Both sides compute it.</summary>
    public static byte[] Token(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) =>
        Mac(secret, "token"u8, clientNonce, serverNonce, client.ToByteArray())[..TokenBytes];

    /// <summary>Whether two proofs or tokens are equal, in a time that does not depend on where they differ.</summary>
    public static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CryptographicOperations.FixedTimeEquals(left, right);

    private static byte[] Mac(
        string secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, ReadOnlySpan<byte> client)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(label);
        mac.AppendData(clientNonce);
        mac.AppendData(serverNonce);
        mac.AppendData(client);
        return mac.GetHashAndReset();
    }
}
