using ZProc.Core.Server;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Attacks;

/// <summary>The server's side of the handshake, without a socket.</summary>
public sealed class HandshakeMachineTests
{
    private static readonly ConnectionString Server = ConnectionString.Create(new TcpAddress("127.0.0.1", 1));
    private static readonly Guid Client = Guid.NewGuid();

    private readonly byte[] _nonce = Proofs.Nonce();

    [Theory]
    [InlineData(AccessLevel.Full)]
    [InlineData(AccessLevel.ReadOnly)]
    public void Who_knows_a_secret_gets_in_with_its_access_and_the_same_keys_as_the_server(AccessLevel access)
    {
        var own = access == AccessLevel.Full ? Server : Server.ReadOnly;
        var handshake = New();
        var challenge = Feed(handshake, HandshakeFormat.Hello(own, _nonce));
        var serverNonce = challenge.AsSpan(1, Proofs.NonceBytes);
        Assert.Equal(Proofs.Server(own.Secret, _nonce, serverNonce), challenge[(1 + Proofs.NonceBytes)..]);
        Assert.Empty(Feed(handshake, ProofFor(own, challenge)));
        Assert.Equal((HandshakeStep.Proven, access, Client), (handshake.Step, handshake.Access, handshake.Client));
        var keys = SessionKeys.Derive(own.Secret, _nonce, serverNonce, Client);
        Assert.Equal(keys.Client, handshake.Keys!.Client);
        Assert.Equal(keys.Server, handshake.Keys.Server);
        Assert.NotEqual(keys.Client, keys.Server);
    }

    [Fact]
    public void A_beginning_of_a_message_is_neither_answered_nor_accepted()
    {
        var hello = HandshakeFormat.Hello(Server, _nonce);
        for (var length = 1; length < hello.Length; length++)
        {
            var handshake = New();
            Assert.Empty(Feed(handshake, hello.AsSpan(0, length)));
            Assert.Equal(HandshakeStep.Hello, handshake.Step);
        }

        for (var length = 1; length < HandshakeFormat.ProofMessageBytes; length++)
        {
            var handshake = New();
            var proof = ProofFor(Server, Feed(handshake, hello));
            Assert.Empty(Feed(handshake, proof.AsSpan(0, length)));
            Assert.Equal(HandshakeStep.Proof, handshake.Step);
            Assert.Null(handshake.Keys);
        }
    }

    [Fact]
    public void Messages_that_come_byte_by_byte_are_accepted()
    {
        var handshake = New();
        byte[] challenge = [];
        foreach (var one in HandshakeFormat.Hello(Server, _nonce))
        {
            Assert.Empty(challenge);
            challenge = Feed(handshake, [one]);
        }

        foreach (var one in ProofFor(Server, challenge))
        {
            Assert.Equal(HandshakeStep.Proof, handshake.Step);
            Feed(handshake, [one]);
        }

        Assert.Equal(HandshakeStep.Proven, handshake.Step);
    }

    [Fact]
    public void Every_changed_bit_of_a_hello_is_refused()
    {
        var hello = HandshakeFormat.Hello(Server, _nonce);
        for (var bit = 0; bit < 8 * hello.Length; bit++)
        {
            var handshake = New();
            var answer = Feed(handshake, Flip(hello, bit));
            Assert.Equal(HandshakeStep.Refused, handshake.Step);
            var expected = bit / 8 == 4 ? HandshakeAnswer.OtherVersion : HandshakeAnswer.Refused;
            Assert.Equal([(byte)expected], answer);
        }
    }

    [Fact]
    public void Every_changed_bit_of_a_proof_is_refused()
    {
        for (var bit = 0; bit < 8 * HandshakeFormat.ProofMessageBytes; bit++)
        {
            var handshake = New();
            var proof = ProofFor(Server, Feed(handshake, HandshakeFormat.Hello(Server, _nonce)));
            Assert.Equal([(byte)HandshakeAnswer.Refused], Feed(handshake, Flip(proof, bit)));
            Assert.Equal(HandshakeStep.Refused, handshake.Step);
            Assert.Null(handshake.Keys);
        }
    }

    [Fact]
    public void A_recorded_hello_and_proof_are_of_no_use_the_next_time()
    {
        var hello = HandshakeFormat.Hello(Server, _nonce);
        var first = New();
        var proof = ProofFor(Server, Feed(first, hello));
        Feed(first, proof);
        Assert.Equal(HandshakeStep.Proven, first.Step);

        var second = New();
        Feed(second, hello);
        Feed(second, proof);
        Assert.Equal(HandshakeStep.Refused, second.Step);
    }

    [Fact]
    public void The_servers_own_proof_is_no_proof_of_a_client()
    {
        var handshake = New();
        var challenge = Feed(handshake, HandshakeFormat.Hello(Server, _nonce));
        Feed(handshake, HandshakeFormat.Proof(Client, challenge.AsSpan(1 + Proofs.NonceBytes)));
        Assert.Equal(HandshakeStep.Refused, handshake.Step);
    }

    [Fact]
    public void The_read_only_secret_does_not_give_full_access()
    {
        var hello = HandshakeFormat.Hello(Server.ReadOnly, _nonce);
        hello[5] = (byte)AccessLevel.Full;
        var handshake = New();
        Feed(handshake, hello);
        Assert.Equal(HandshakeStep.Refused, handshake.Step);

        // Read-only in the HELLO, and a proof as for full access.
        var other = New();
        var challenge = Feed(other, HandshakeFormat.Hello(Server.ReadOnly, _nonce));
        Feed(other, ProofFor(Server, challenge));
        Assert.Equal(HandshakeStep.Refused, other.Step);
    }

    [Fact]
    public void A_connection_has_one_attempt_and_its_answer_is_short()
    {
        var handshake = New();
        var answer = Feed(handshake, [.. "ZPRC"u8, WireLimits.Version, (byte)AccessLevel.Full, .. new byte[Proofs.NonceBytes + Proofs.ProofBytes]]);
        Assert.Single(answer);
        Assert.Equal(HandshakeStep.Refused, handshake.Step);
        Assert.True(handshake.Room.IsEmpty);
        Assert.Empty(handshake.Take(0));
        Assert.Equal(HandshakeStep.Refused, handshake.Step);
    }

    [Fact]
    public void No_more_bytes_are_taken_than_the_message_that_is_due()
    {
        var handshake = New();
        Assert.Equal(HandshakeFormat.HelloBytes, handshake.Room.Length);
        var hello = HandshakeFormat.Hello(Server, _nonce);
        Feed(handshake, hello.AsSpan(0, 10));
        Assert.Equal(HandshakeFormat.HelloBytes - 10, handshake.Room.Length);
        var proof = ProofFor(Server, Feed(handshake, hello.AsSpan(10)));
        Assert.Equal(HandshakeFormat.ProofMessageBytes, handshake.Room.Length);
        Feed(handshake, proof);
        Assert.Equal(HandshakeStep.Proven, handshake.Step);
        Assert.True(handshake.Room.IsEmpty);
    }

    [Fact]
    public void Each_connection_has_a_challenge_of_its_own()
    {
        var hello = HandshakeFormat.Hello(Server, _nonce);
        var challenges = Enumerable.Range(0, 1000).Select(_ => Convert.ToHexString(Feed(New(), hello))).ToHashSet();
        Assert.Equal(1000, challenges.Count);
    }

    private static Handshake New() => new(Server, Server.ReadOnly);

    private static byte[] Feed(Handshake handshake, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(handshake.Room);
        return handshake.Take(bytes.Length);
    }

    private byte[] ProofFor(ConnectionString own, byte[] challenge) =>
        HandshakeFormat.Proof(Client, Proofs.Client(own.Secret, _nonce, challenge.AsSpan(1, Proofs.NonceBytes), Client));

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var copy = bytes.ToArray();
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }
}
