using System.Net.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>The client's side of the handshake. The server proves the secret first, so the client tells nothing to another program.</summary>
internal static class ClientHandshake
{
    /// <summary>Proves the secret to the server at the other end of a socket. The socket blocks, and has time limits.</summary>
    /// <returns>The keys of the connection.</returns>
    /// <exception cref="FaultException">CannotConnect: one side does not know the secret of the other, or speaks another version.</exception>
    /// <exception cref="SocketException">The connection was closed, or the other side is too slow.</exception>
    public static SessionKeys Run(Socket socket, ConnectionString server, Guid client)
    {
        var nonce = Proofs.Nonce();
        socket.Send(HandshakeFormat.Hello(server, nonce));
        var challenge = new byte[HandshakeFormat.ChallengeBytes];
        Receive(socket, challenge.AsSpan(0, 1));
        switch ((HandshakeAnswer)challenge[0])
        {
            case HandshakeAnswer.Challenge:
                Receive(socket, challenge.AsSpan(1));
                break;
            case HandshakeAnswer.Refused:
                throw new FaultException(
                    Fault.CannotConnect,
                    $"The server at {server.Endpoint} has another secret than this connection string. Copy the whole string from the context to join.",
                    server.Endpoint);
            case HandshakeAnswer.OtherVersion:
                throw new FaultException(
                    Fault.CannotConnect,
                    $"The server at {server.Endpoint} runs another version of ZProc. Import the same version in both sessions.",
                    server.Endpoint);
            default:
                throw NoServer(server);
        }

        var serverNonce = challenge.AsSpan(1, Proofs.NonceBytes);
        if (!Proofs.Equal(challenge.AsSpan(1 + Proofs.NonceBytes), Proofs.Server(server.Secret, nonce, serverNonce)))
        {
            throw NoServer(server);
        }

        socket.Send(HandshakeFormat.Proof(client, Proofs.Client(server.Secret, nonce, serverNonce, client)));
        return SessionKeys.Derive(server.Secret, nonce, serverNonce, client);
    }

    private static FaultException NoServer(ConnectionString server) => new(
        Fault.CannotConnect,
        $"The program that listens at {server.Endpoint} is not the server of this connection string. Check that the context still runs.",
        server.Endpoint);

    private static void Receive(Socket socket, Span<byte> all)
    {
        while (all.Length > 0)
        {
            var received = socket.Receive(all);
            all = received > 0 ? all[received..] : throw new SocketException((int)SocketError.ConnectionReset);
        }
    }
}
