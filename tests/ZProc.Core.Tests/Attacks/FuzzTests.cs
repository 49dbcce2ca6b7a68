using System.Buffers;
using System.Diagnostics;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>Damaged and random bytes for every decoder of the wire, and for a live server. <see cref="Rounds"/> makes the runs long.</summary>
[Collection(nameof(ThreadCounts))]
public sealed class FuzzTests
{
    private const int Seed = 20_260_731;

    private readonly ITestOutputHelper _output;
    private readonly Mutator _mutator = new(Seed);

    public FuzzTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void No_bytes_but_the_right_ones_pass_the_handshake()
    {
        var server = ConnectionString.Create(new TcpAddress("127.0.0.1", 1));
        var nonce = Proofs.Nonce();
        var client = Guid.NewGuid();
        var hello = HandshakeFormat.Hello(server, nonce);
        var challenged = 0;
        Run("handshake", Rounds.Of(5_000), round =>
        {
            var handshake = new Handshake(server, server.ReadOnly);
            var sent = (round % 3) switch
            {
                0 => _mutator.Noise(200),
                1 => _mutator.Damage(hello),
                _ => hello,
            };
            Feed(handshake, sent, out var answer);
            if (handshake.Step == HandshakeStep.Proof)
            {
                challenged++;
                var proof = HandshakeFormat.Proof(client, Proofs.Client(server.Secret, nonce, answer.AsSpan(1, Proofs.NonceBytes), client));
                var damaged = _mutator.Damage(proof);
                Feed(handshake, damaged, out _);
                Assert.Equal(damaged.AsSpan().StartsWith(proof), handshake.Step == HandshakeStep.Proven);
            }

            return sent.Length;
        });
        Assert.True(challenged > 0);
    }

    [Fact]
    public void Frames_that_are_broken_are_malformed_and_nothing_else()
    {
        var writer = new FrameWriter(null);
        foreach (var size in new[] { 1, 5, 0, 100, WireLimits.BatchBytes, 3, 3, 3, WireLimits.ChunkBytes + 10 })
        {
            writer.Add(new byte[size]);
        }

        writer.Close();
        List<byte[]> frames = [[(byte)FrameKind.First, 20, 0, 0, 0, 0, 0, 0, 0, 1, 2], [(byte)FrameKind.Part, 3, 4], [(byte)FrameKind.Last, 5]];
        while (writer.TryTake(out var frame))
        {
            frames.Add(frame[FrameWriter.LengthBytes..]);
        }

        frames = frames.FindAll(frame => frame.Length < 20_000);
        var budget = new MessageBudget(WireLimits.ServerMessageBytes);
        Run("frames", Rounds.Of(20_000), _ =>
        {
            using var reader = new FrameReader(WireLimits.MessageBytes, budget);
            var bytes = 0L;
            Expect(() =>
            {
                for (var i = _mutator.Next(6); i >= 0; i--)
                {
                    var frame = frames[_mutator.Next(frames.Count)];
                    frame = _mutator.Next(3) == 0 ? frame : frame.Length > 2000 ? _mutator.Noise(100) : _mutator.Damage(frame);
                    bytes += frame.Length;
                    if (frame.Length > 0)
                    {
                        reader.Take(frame);
                        while (reader.TryNext(out var message))
                        {
                            Assert.InRange(message.Length, 0, bytes);
                        }
                    }
                }
            });
            return bytes;
        });
        Assert.Equal(0, budget.Reserved);
    }

    [Fact]
    public void Every_damaged_request_gets_an_answer_and_never_an_unexpected_fault()
    {
        var statistics = new ServerStatistics();
        RequestDispatcher dispatcher = null!;
        Peer peer = null!;
        var number = 0L;
        var samples = Samples.Requests;
        Run("requests", Rounds.Of(20_000), round =>
        {
            var body = _mutator.Next(20) == 0 ? _mutator.Noise(100) : _mutator.Damage(samples[round % samples.Length]);
            if (round % 10_000 == 0)
            {
                // Some of the requests are written, and a peer with waiting turns keeps all outcomes.
                dispatcher = new RequestDispatcher(new Store(), statistics);
                peer = new Peer(Guid.NewGuid(), AccessLevel.Full, new WaitingTickets());
            }

            number++;
            peer.Begin(number, number, out _);
            var reader = new MessagePackReader(body);
            dispatcher.Serve(peer, number, ref reader);
            if (!peer.Begin(number, number, out var outcome) && outcome is FaultException { Fault: Fault.ServerError } fault)
            {
                Assert.Fail($"{Convert.ToHexString(body)}: {fault}");
            }

            return body.Length;
        });
        Assert.True(statistics.MalformedMessages > 0);
    }

    [Fact]
    public void Every_damaged_answer_is_malformed_for_a_client_and_nothing_else()
    {
        var answers = Samples.Answers;
        Run("answers", Rounds.Of(40_000), round =>
        {
            var (sample, read) = answers[round % answers.Length];
            var body = _mutator.Next(20) == 0 ? _mutator.Noise(100) : _mutator.Damage(sample);
            Expect(() =>
            {
                var reader = new MessagePackReader(body);
                read(ref reader);
            });
            return body.Length;
        });
    }

    [Fact]
    public void Deeply_nested_answers_and_requests_end_with_an_error_and_not_the_process()
    {
        foreach (var container in new byte[] { 0x91, 0x81 })
        {
            var nested = Enumerable.Repeat(container, 5_000_000).ToArray();
            foreach (var (_, read) in Samples.Answers)
            {
                Expect(() =>
                {
                    var reader = new MessagePackReader(nested);
                    read(ref reader);
                });
            }

            using var server = StateServer.Start();
            using var member = new Member(server.Connection);
            foreach (var sample in Samples.Requests)
            {
                var message = member.RequestMessage(Operation.Ping);
                member.SendFrame(FrameKind.Last, [.. message.AsSpan(0, message.Length - 2), .. sample.AsSpan(0, Math.Min(2, sample.Length)), .. nested.AsSpan(0, 200_000)]);
            }

            using var client = RemoteClient.Connect(server.Connection, InTime);
            client.Commit(Set("a", 1));
        }
    }

    [Fact]
    public void A_live_server_outlives_members_that_send_anything()
    {
        using var server = StateServer.Start(CuttableProxy.AnyPort);
        using var client = RemoteClient.Connect(server.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = "honest" });
        var samples = Samples.Requests;
        var written = 0;
        Run("frame sequences for a live server", Rounds.Of(150), round =>
        {
            using var member = new Member(server.Connection);
            var bytes = 0L;
            for (var i = 1 + _mutator.Next(11); i > 0; i--)
            {
                var message = member.RequestMessage(Operation.Ping, unresolved: _mutator.Next(3));
                message = [.. message[..^1], .. _mutator.Next(3) == 0 ? samples[_mutator.Next(samples.Length)] : _mutator.Damage(samples[_mutator.Next(samples.Length)])];
                byte[] frame = _mutator.Next(12) switch
                {
                    0 => [(byte)_mutator.Next(5), .. _mutator.Noise(200)],
                    1 => [(byte)FrameKind.First, .. Member.First(_mutator.Next(2) == 0 ? WireLimits.MessageBytes : 1000, _mutator.Next(300))],
                    2 => [(byte)FrameKind.Last, (byte)_mutator.Next(30), .. _mutator.Noise(60)],
                    3 => [(byte)FrameKind.Batch, .. BitConverter.GetBytes(message.Length), .. message, .. BitConverter.GetBytes(_mutator.Next(100)), .. message],
                    4 => [(byte)FrameKind.Last, .. _mutator.Damage(message)],
                    _ => [(byte)FrameKind.Last, .. message],
                };
                bytes += frame.Length;
                if (!member.TrySendFrame(frame, Soon))
                {
                    break;
                }
            }

            if (round % 10 == 0)
            {
                client.Commit(new CommitRequest("honest", Tester, [new Change(ChangeKind.Increment, "n", V(1))]), InTime);
                written++;
            }

            return bytes;
        });
        for (var i = 1; i <= written; i++)
        {
            var update = watch.Read(InTime);
            if (update!.Changes.All(change => change.Key != "n"))
            {
                i--; // a damaged request reached the namespace
            }
        }

        client.Ping(InTime);
        Assert.False(client.Closed.IsCancellationRequested);
    }

    /// <summary>Runs an attack, and says how long it took and what it left.</summary>
    private void Run(string what, int rounds, Func<int, long> round)
    {
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var begun = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;
        var bytes = 0L;
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            bytes += round(i);
            var took = Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - memory;
        _output.WriteLine($"{what}: {rounds:N0} inputs, {bytes:N0} bytes in {begun.Elapsed.TotalSeconds:0.0} s, the slowest {slowest.TotalMilliseconds:0} ms; {held >> 10:N0} KiB held afterwards");
        Yardstick.AssertWithin(5, slowest);
        Assert.InRange(held, long.MinValue, 96 << 20);
    }

    private static void Feed(Handshake handshake, ReadOnlySpan<byte> bytes, out byte[] answer)
    {
        answer = [];
        while (bytes.Length > 0 && answer.Length == 0 && handshake.Step is (HandshakeStep.Hello or HandshakeStep.Proof))
        {
            var count = Math.Min(bytes.Length, handshake.Room.Length);
            Assert.InRange(count, 1, HandshakeFormat.HelloBytes);
            bytes[..count].CopyTo(handshake.Room);
            bytes = bytes[count..];
            answer = handshake.Take(count);
        }
    }

    private static void Expect(Action attack)
    {
        try
        {
            attack();
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            // As it should be.
        }
    }
}
