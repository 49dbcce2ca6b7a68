using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The server's side of a handshake, without a socket. It holds a fixed number of bytes, and one attempt is all that a connection
/// has. Not thread-safe.
/// </summary>
internal sealed class Handshake
{
    private readonly ConnectionString _full;
    private readonly ConnectionString _readOnly;
    private readonly byte[] _received = new byte[Math.Max(HandshakeFormat.HelloBytes, HandshakeFormat.ProofMessageBytes)];
    private readonly byte[] _clientNonce = new byte[Proofs.NonceBytes];
    private byte[] _serverNonce = [];
    private int _count;

    /// <param name="full">The server's connection string.</param>
    /// <param name="readOnly">The one that permits reading only.</param>
    public Handshake(ConnectionString full, ConnectionString readOnly)
    {
        _full = full;
        _readOnly = readOnly;
    }

    /// <summary>What the handshake waits for, or how it has ended.</summary>
    public HandshakeStep Step { get; private set; }

    /// <summary>What the client may do, once it has proved its secret.</summary>
    public AccessLevel Access { get; private set; }

    /// <summary>The client's id, once it has proved its secret.</summary>
    public Guid Client { get; private set; }

    /// <summary>The keys of the connection, once the client has proved its secret.</summary>
    public SessionKeys? Keys { get; private set; }

    /// <summary>Where the next bytes of the client go: never more than the message that is due.</summary>
    public Span<byte> Room => _received.AsSpan(_count, Expected - _count);

    /// <summary>The client's nonce, once its HELLO has been accepted. A HELLO that was recorded and is sent again has the same.</summary>
    public ReadOnlySpan<byte> ClientNonce => _clientNonce;

    private int Expected => Step switch
    {
        HandshakeStep.Hello => HandshakeFormat.HelloBytes,
        HandshakeStep.Proof => HandshakeFormat.ProofMessageBytes,
        _ => _count,
    };

    /// <summary>Takes bytes that were received into <see cref="Room"/>.</summary>
    /// <returns>The answer to send; empty while there is none.</returns>
    public byte[] Take(int count)
    {
        _count += count;
        return Step switch
        {
            HandshakeStep.Hello => TakeHello(_received.AsSpan(0, _count)),
            HandshakeStep.Proof when _count == HandshakeFormat.ProofMessageBytes => TakeProof(),
            _ => [],
        };
    }

    private byte[] TakeHello(ReadOnlySpan<byte> hello)
    {
        var answer = HandshakeFormat.Judge(hello);
        if (answer == HandshakeAnswer.Challenge && hello.Length < HandshakeFormat.HelloBytes)
        {
            return [];
        }

        if (answer != HandshakeAnswer.Challenge)
        {
            return Refuse(answer);
        }

        Access = HandshakeFormat.AccessOf(hello);
        var nonce = HandshakeFormat.NonceOf(hello);
        if (!Enum.IsDefined(Access) || !Proofs.Equal(HandshakeFormat.HelloProofOf(hello), Proofs.Hello(Secret, nonce)))
        {
            return Refuse(HandshakeAnswer.Refused);
        }

        nonce.CopyTo(_clientNonce);
        _serverNonce = Proofs.Nonce();
        _count = 0;
        Step = HandshakeStep.Proof;
        return HandshakeFormat.Challenge(_serverNonce, Proofs.Server(Secret, _clientNonce, _serverNonce));
    }

    private byte[] TakeProof()
    {
        var client = new Guid(_received.AsSpan(0, 16));
        if (!Proofs.Equal(_received.AsSpan(16, Proofs.ProofBytes), Proofs.Client(Secret, _clientNonce, _serverNonce, client)))
        {
            return Refuse(HandshakeAnswer.Refused);
        }

        Client = client;
        Keys = SessionKeys.Derive(Secret, _clientNonce, _serverNonce, client);
        Step = HandshakeStep.Proven;
        return [];
    }

    private string Secret => Access == AccessLevel.ReadOnly ? _readOnly.Secret : _full.Secret;

    private byte[] Refuse(HandshakeAnswer answer)
    {
        Step = HandshakeStep.Refused;
        return HandshakeFormat.Refusal(answer);
    }
}
