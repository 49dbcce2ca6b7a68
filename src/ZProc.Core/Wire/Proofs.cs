using System.Security.Cryptography;
using System.Text;

namespace ZProc.Core.Wire;

/// <summary>
/// The proofs of the handshake, by which each side shows that it knows the secret, and the keys of the connection. All of them are
/// HMAC-SHA256 under the secret. Each use has its own label, so that no proof can be replayed or reflected as another.
/// </summary>
internal static class Proofs
{
    public const int NonceBytes = 32;
    public const int ProofBytes = 32;

    /// <summary>Makes a fresh random nonce.</summary>
    public static byte[] Nonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    /// <summary>The client's first proof. It can be recorded and replayed, so it only decides whether an answer is worth it.</summary>
    public static byte[] Hello(string secret, ReadOnlySpan<byte> clientNonce) => Mac(secret, "hello"u8, clientNonce, [], []);

    /// <summary>The server's proof.</summary>
    public static byte[] Server(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce) =>
        Mac(secret, "server"u8, clientNonce, serverNonce, []);

    /// <summary>The client's proof, which also binds its id.</summary>
    public static byte[] Client(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) =>
        Mac(secret, "client"u8, clientNonce, serverNonce, client.ToByteArray());

    /// <summary>The key of the frames that the client sends.</summary>
    public static byte[] ClientKey(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) =>
        Mac(secret, "client key"u8, clientNonce, serverNonce, client.ToByteArray());

    /// <summary>The key of the frames that the server sends.</summary>
    public static byte[] ServerKey(string secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, Guid client) =>
        Mac(secret, "server key"u8, clientNonce, serverNonce, client.ToByteArray());

    /// <summary>Whether two proofs are equal, in a time that does not depend on where they differ.</summary>
    public static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CryptographicOperations.FixedTimeEquals(left, right);

    private static byte[] Mac(
        string secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce, ReadOnlySpan<byte> client)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(label);
        mac.AppendData([0]); // no label is the beginning of another one with its content
        mac.AppendData(clientNonce);
        mac.AppendData(serverNonce);
        mac.AppendData(client);
        return mac.GetHashAndReset();
    }
}
