using System.Security.Cryptography;
using System.Text;
using NetMQ;

namespace ZProc.Core.Wire;

/// <summary>
/// Encryption for connections that leave the machine. The server's key pair is worked out from the secret, so that the
/// connection string is all a client needs. It proves nothing by itself (old ZMTP peers pass it); the proof does.
/// </summary>
internal static class Curve
{
    /// <summary>Makes a server's socket take encrypted connections only.</summary>
    public static void Protect(NetMQSocket socket, ConnectionString connection)
    {
        socket.Options.CurveServer = true;
        socket.Options.CurveCertificate = ServerCertificate(connection);
    }

    /// <summary>Makes a client's socket encrypt what it sends to that server.</summary>
    public static void Encrypt(NetMQSocket socket, ConnectionString connection)
    {
        socket.Options.CurveServerKey = ServerCertificate(connection).PublicKey;
        socket.Options.CurveCertificate = new NetMQCertificate();
    }

    private static NetMQCertificate ServerCertificate(ConnectionString connection) => NetMQCertificate.CreateFromSecretKey(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(connection.Secret), "curve"u8));
}
