using System.Security.Cryptography;
using System.Text;
using NetMQ;

namespace ZProc.Core.Wire;

/// <summary>
/// CURVE encryption of connections that leave the machine. The server's key pair is derived from the secret, so a client needs
/// nothing but the connection string. CURVE does not authenticate, because peers that speak an old ZMTP version bypass it;
/// <see cref="Proofs"/> do.
/// </summary>
internal static class Curve
{
    /// <summary>Makes a server's socket accept encrypted connections only.</summary>
    public static void Protect(NetMQSocket socket, ConnectionString connection)
    {
        socket.Options.CurveServer = true;
        socket.Options.CurveCertificate = ServerCertificate(connection);
    }

    /// <summary>Makes a client's socket encrypt its connection to the server.</summary>
    public static void Encrypt(NetMQSocket socket, ConnectionString connection)
    {
        socket.Options.CurveServerKey = ServerCertificate(connection).PublicKey;
        socket.Options.CurveCertificate = new NetMQCertificate();
    }

    private static NetMQCertificate ServerCertificate(ConnectionString connection) => NetMQCertificate.CreateFromSecretKey(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(connection.Secret), "curve"u8));
}
