using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class UnprovenPeerTests : IDisposable
{
    private readonly StateServer _server = StateServer.Start();
    private readonly LocalClient _local;

    public UnprovenPeerTests() => _local = new LocalClient(_server.Store);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void One_wrong_character_of_the_secret_is_refused_promptly()
    {
        var text = _server.Connection.Text;
        var start = "zproc://".Length;
        foreach (var at in new[] { start, start + 31, start + 63 })
        {
            var wrong = text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..];
            var begun = System.Diagnostics.Stopwatch.StartNew();
            var fault = Assert.Throws<FaultException>(() => RemoteClient.Connect(ConnectionString.Parse(wrong), InTime));
            Assert.Equal(Fault.CannotConnect, fault.Fault);
            Yardstick.AssertWithin(5, begun.Elapsed);
            Assert.DoesNotContain(wrong[start..(start + 64)], fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("zproc://")]
    [InlineData("zproc://short@127.0.0.1:1")]
    [InlineData("tcp://127.0.0.1:5555")]
    public void A_text_that_is_no_connection_string_is_refused(string text) =>
        Assert.Equal(Fault.CannotConnect, Assert.Throws<FaultException>(() => ConnectionString.Parse(text)).Fault);

    [Fact]
    public void A_connection_string_reads_back_as_it_was_written()
    {
        foreach (var host in new[] { "127.0.0.1", "::1", "example.org" })
        {
            var one = ConnectionString.Create(host, 5555);
            var other = ConnectionString.Parse(one.Text);
            Assert.DoesNotContain(one.Secret, one.ToString(), StringComparison.Ordinal);
            Assert.Equal((one.Host, one.Port, one.Secret, one.IsEncrypted), (other.Host, other.Port, other.Secret, other.IsEncrypted));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_raw_peer_of_any_version_gets_nothing_but_the_challenge(int version)
    {
        _local.Commit(Set("secret", "value"));
        using var peer = new RawPeer(_server.Connection.Port, version, Guid.NewGuid().ToByteArray());
        peer.Send(Hello());
        Assert.Equal((byte)MessageType.Challenge, peer.Receive()[0]);

        // All of these come without the proof. The second challenge shows that the server has handled them.
        foreach (var message in Attempts())
        {
            peer.Send(message);
        }

        peer.Send(Hello());
        Assert.Equal((byte)MessageType.Challenge, peer.Receive()[0]);
        Assert.Equal("value", _local.Get(Ns, "secret")!.Value.Value.Plain());
        Assert.Equal(1, _local.GetSnapshot(Ns).Revision);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_peer_that_takes_a_clients_routing_id_gets_nowhere_without_its_token(int version)
    {
        // The id of a client that has proven the secret and closed its socket: the route is there, the token is unknown.
        var id = Guid.NewGuid().ToByteArray();
        using (var owner = new RawPeer(_server.Connection.Port, version, id))
        {
            var nonce = Proofs.Nonce();
            owner.Send(Hello(nonce));
            var challenge = owner.Receive();
            var client = Guid.NewGuid();
            owner.Send(Message.Build(MessageType.Proof, (ref MessagePackWriter writer) =>
            {
                WireFormat.Write(ref writer, client);
                writer.Write(Proofs.Client(_server.Connection.Secret, nonce, NonceOf(challenge), client));
            }));
            Assert.Equal((byte)MessageType.Welcome, owner.Receive()[FrameHeader.Bytes]);
        }

        var before = _server.Statistics.RefusedMessages;
        for (var attempt = 0; _server.Statistics.RefusedMessages == before; attempt++)
        {
            Assert.True(attempt < 100); // a duplicate id is not routed until the server has seen the owner leave
            using var thief = new RawPeer(_server.Connection.Port, version, id);
            thief.Send([.. new byte[Proofs.TokenBytes], .. Attempts().Last()]);
            using var other = RemoteClient.Connect(_server.Connection, InTime);
            other.Ping(InTime);
        }

        Assert.Equal(0, _local.GetSnapshot(Ns).Revision);
    }

    [Fact]
    public void Garbage_stops_no_client()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            using var peer = new RawPeer(_server.Connection.Port, 1 + (i % 3), Guid.NewGuid().ToByteArray());
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            peer.Send(bytes);
        }

        client.Commit(Set("a", 1));
        Assert.Equal(1, client.Get(Ns, "a")!.Value.Value.Plain());
    }

    private static byte[] Hello(byte[]? nonce = null) => Message.Build(MessageType.Hello, (ref MessagePackWriter writer) =>
    {
        writer.WriteUInt8(WireLimits.Version);
        writer.Write(nonce ?? Proofs.Nonce());
    });

    private static byte[] NonceOf(byte[] challenge) => new MessagePackReader(challenge.AsMemory(1)).ReadBytes()!.Value.First.ToArray();

    private static IEnumerable<byte[]> Attempts()
    {
        yield return [];
        yield return [255];
        yield return new byte[300];
        yield return Message.Build(MessageType.Proof, (ref MessagePackWriter writer) =>
        {
            WireFormat.Write(ref writer, Guid.NewGuid());
            writer.Write(new byte[Proofs.ProofBytes]);
        });
        foreach (var operation in Enum.GetValues<Operation>())
        {
            yield return Message.Build(MessageType.Request, (ref MessagePackWriter writer) =>
            {
                writer.Write(1L);
                writer.Write(1L);
                writer.WriteUInt8((byte)operation);
                writer.Write(Ns);
                writer.Write("secret");
            });
        }

        yield return Message.Build(MessageType.ClientHeartbeat, (ref MessagePackWriter writer) => writer.Write(0L));
        yield return Message.Build(MessageType.Leave);
    }
}
