using System.Security.Cryptography;
using System.Text;

namespace ZProc.Core.Wire;

/// <summary>
/// The mutual proof of the secret: HMAC-SHA256 over both sides' fresh nonces, with a different label for each use,
/// so that no answer can be replayed or reflected as another.
/// </summary>
internal static class Proofs
{
    public const int NonceBytes = 32;
    public const int ProofBytes = 32;
    public const int TokenBytes = 16;

    public static byte[] Nonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    public static byte[] Server(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce) =>
        Mac(secret, "server"u8, clientNonce, serverNonce, []);

    public static byte[] Client(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) =>
        Mac(secret, "client"u8, clientNonce, serverNonce, client.ToByteArray());

    /// <summary>What each later message of the client starts with. Both sides work it out; it is not sent to anybody.</summary>
    public static byte[] Token(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) =>
        Mac(secret, "token"u8, clientNonce, serverNonce, client.ToByteArray())[..TokenBytes];

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
