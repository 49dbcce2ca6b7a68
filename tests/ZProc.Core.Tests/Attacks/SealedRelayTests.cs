using System.Text;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>Somebody between a client and a server over TCP can cut the connection, and nothing else.</summary>
public sealed class SealedRelayTests : IDisposable
{
    private const int Writes = 60;

    private readonly StateServer _server = StateServer.Start(CuttableProxy.AnyPort);
    private readonly LocalClient _local;
    private readonly FrameRelay _relay;

    public SealedRelayTests()
    {
        _local = new LocalClient(_server.Store);
        _relay = new FrameRelay(_server.Connection);
    }

    public enum Tampering
    {
        ChangeKind,
        ChangeContent,
        ChangeTag,
        ChangeLength,
        Repeat,
        Drop,
        Swap,
        Add,
        AddPlain,
        Truncate,
        ReplayEarlier,
    }

    public static TheoryData<string, string> Tamperings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var tampering in Enum.GetNames<Tampering>())
            {
                data.Add(tampering, nameof(FrameRelay.Direction.ToServer));
                data.Add(tampering, nameof(FrameRelay.Direction.ToClient));
            }

            return data;
        }
    }

    public void Dispose()
    {
        _relay.Dispose();
        _server.Dispose();
    }

    [Theory]
    [MemberData(nameof(Tamperings))]
    public void A_frame_that_was_tampered_with_ends_the_connection_and_the_client_resumes_without_a_gap(string what, string way)
    {
        var tampering = Enum.Parse<Tampering>(what);
        var direction = Enum.Parse<FrameRelay.Direction>(way);
        using var client = RemoteClient.Connect(_relay.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        var connections = _relay.Connections;
        var done = 0;
        byte[]? held = null;
        byte[]? earlier = null;
        IEnumerable<byte[]> Pass(FrameRelay.Direction at, int number, byte[] piece)
        {
            if (at != direction || number < 3 || Volatile.Read(ref done) != 0)
            {
                return [piece];
            }

            if (tampering == Tampering.Swap)
            {
                if (held is null)
                {
                    held = piece;
                    return [];
                }

                Volatile.Write(ref done, 1);
                return [piece, held];
            }

            if (tampering == Tampering.ReplayEarlier && earlier is null)
            {
                earlier = piece;
                return [piece];
            }

            Volatile.Write(ref done, 1);
            return Tamper(tampering, piece, earlier);
        }

        _relay.Pass = Pass;
        var replies = new List<Task<CommitResult>>();
        for (var i = 0; i < Writes; i++)
        {
            replies.Add(client.CommitAsync(Increment("n", 1)));
            _local.Commit(Increment("n", 1));
            if (i % 3 == 0)
            {
                client.Ping(InTime); // frames of their own, in both directions
            }
        }

        Assert.True(Task.WhenAll(replies).Wait(Soon));
        Assert.Equal(1, Volatile.Read(ref done));
        for (var revision = 1; revision <= 2 * Writes; revision++)
        {
            var update = watch.Read(InTime);
            Assert.Equal(revision, update!.Revision);
            Assert.Equal(revision, update.Changes[0].After!.Value.Plain());
        }

        Assert.False(watch.TryRead(out _));
        Assert.Equal(2 * Writes, _local.Get(Ns, "n")!.Value.Value.Plain());
        Assert.True(_relay.Connections > connections, "the connection did not end");
    }

    [Fact]
    public void Nothing_that_passes_can_be_read()
    {
        var marker = "a-text-that-nobody-else-may-read"u8.ToArray();
        using (var client = RemoteClient.Connect(_relay.Connection, InTime))
        {
            using var watch = client.Watch(new WatchOptions { Namespace = Ns });
            client.Commit(Set("a", Encoding.UTF8.GetString(marker)));
            client.Commit(Set("b", Enumerable.Repeat(marker, 20_000).SelectMany(part => part).ToArray()));
            Assert.Equal(2, client.GetSnapshot(Ns, fresh: true).Entries.Count);
            Assert.NotNull(watch.Read(InTime));
            Assert.NotNull(watch.Read(InTime));
        }

        Assert.True(_relay.SeenBytes > 20_000 * marker.Length);
        Assert.False(_relay.HasSeen(marker));
        Assert.False(_relay.HasSeen(Encoding.UTF8.GetBytes(_server.Connection.Secret)));
        Assert.False(_relay.HasSeen("default"u8));
    }

    [Fact]
    public void A_relay_that_answers_the_client_itself_learns_nothing_but_the_hello()
    {
        var toClient = 0;
        _relay.Pass = (direction, number, piece) =>
        {
            // The server's challenge is kept back, and the relay makes up its own.
            if (direction == FrameRelay.Direction.ToClient && number == 0)
            {
                toClient++;
                return [HandshakeFormat.Challenge(Proofs.Nonce(), Proofs.Nonce())];
            }

            return [piece];
        };
        Assert.Equal(Fault.CannotConnect, FaultOf(() => RemoteClient.Connect(_relay.Connection, In(5))));
        Assert.Equal(1, toClient);
        Assert.Equal(HandshakeFormat.HelloBytes + HandshakeFormat.ChallengeBytes, _relay.SeenBytes);
    }

    [Theory]
    [InlineData(WireLimits.Version - 1)]
    [InlineData(WireLimits.Version + 1)]
    [InlineData(0)]
    public void A_relay_cannot_make_the_two_agree_on_another_version(int version)
    {
        _relay.Pass = (direction, number, piece) =>
        {
            if (direction == FrameRelay.Direction.ToServer && number == 0)
            {
                piece[4] = (byte)version;
            }

            return [piece];
        };
        Assert.Equal(Fault.CannotConnect, FaultOf(() => RemoteClient.Connect(_relay.Connection, In(5))));
        Assert.Empty(_server.Core.Connections);
    }

    [Fact]
    public void A_relay_cannot_lower_or_raise_the_access()
    {
        _relay.Pass = (direction, number, piece) =>
        {
            if (direction == FrameRelay.Direction.ToServer && number == 0)
            {
                piece[5] ^= (byte)AccessLevel.Full ^ (byte)AccessLevel.ReadOnly;
            }

            return [piece];
        };
        Assert.Equal(Fault.CannotConnect, FaultOf(() => RemoteClient.Connect(_relay.Connection, In(5))));
        Assert.Equal(Fault.CannotConnect, FaultOf(() => RemoteClient.Connect(_relay.Connection.ReadOnly, In(5))));
        Assert.Empty(_server.Core.Connections);
    }

    [Fact]
    public void A_whole_recorded_connection_that_is_played_again_changes_nothing()
    {
        var recorded = new List<byte[]>();
        _relay.Pass = (direction, _, piece) =>
        {
            if (direction == FrameRelay.Direction.ToServer)
            {
                lock (recorded)
                {
                    recorded.Add(piece);
                }
            }

            return [piece];
        };
        using (var client = RemoteClient.Connect(_relay.Connection, InTime))
        {
            client.Commit(Increment("n", 1));
        }

        for (var i = 0; i < 20; i++)
        {
            using var socket = _server.Connection.Address.Connect(CancellationToken.None);
            lock (recorded)
            {
                foreach (var piece in recorded)
                {
                    socket.Send(piece, System.Net.Sockets.SocketFlags.None, out _);
                }
            }

            socket.ReceiveTimeout = (int)Soon.TotalMilliseconds;
            for (var rest = new byte[1024]; socket.Receive(rest, System.Net.Sockets.SocketFlags.None, out _) > 0;)
            {
            }
        }

        Assert.Equal(1, _local.Get(Ns, "n")!.Value.Value.Plain());
    }

    private static byte[][] Tamper(Tampering tampering, byte[] piece, byte[]? earlier)
    {
        var changed = piece.ToArray();
        switch (tampering)
        {
            case Tampering.ChangeKind:
                changed[FrameWriter.LengthBytes] ^= 1;
                return [changed];
            case Tampering.ChangeContent:
                changed[FrameWriter.LengthBytes + FrameWriter.KindBytes] ^= 0x80;
                return [changed];
            case Tampering.ChangeTag:
                changed[^1] ^= 1;
                return [changed];
            case Tampering.ChangeLength:
                changed[0]--;
                return [changed];
            case Tampering.Repeat:
                return [piece, piece];
            case Tampering.Drop:
                return [];
            case Tampering.Add:
                new Random(1).NextBytes(changed.AsSpan(FrameWriter.LengthBytes));
                return [changed, piece];
            case Tampering.AddPlain:
                return [[2, 0, 0, 0, (byte)FrameKind.Last, (byte)MessageType.Leave], piece];
            case Tampering.Truncate:
                changed = [.. BitConverter.GetBytes(piece.Length - FrameWriter.LengthBytes - 1), .. piece[FrameWriter.LengthBytes..^1]];
                return [changed];
            default:
                return [earlier!, piece];
        }
    }
}
