using System.Diagnostics;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>A member that knows the secret and breaks the rules harms itself.</summary>
[Collection(nameof(ThreadCounts))]
public sealed class HostileMemberTests : IDisposable
{
    private readonly StateServer _server = StateServer.Start(CuttableProxy.AnyPort);
    private readonly RemoteClient _client;
    private readonly Member _member;

    public HostileMemberTests()
    {
        _client = RemoteClient.Connect(_server.Connection, InTime);
        _member = new Member(_server.Connection);
    }

    public void Dispose()
    {
        _member.Dispose();
        _client.Commit(Set("works", true), InTime); // in every test
        _client.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData(WireLimits.MessageBytes + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    public void A_message_that_is_declared_too_large_ends_the_connection(long total)
    {
        _member.SendFrame(FrameKind.First, Member.First(total));
        _member.ReadToEnd();
        Assert.Equal(0, _server.Budget.Reserved);
    }

    [Fact]
    public void A_frame_of_an_impossible_length_ends_the_connection()
    {
        foreach (var length in new[] { 0, -1, int.MinValue, int.MaxValue, WireLimits.FrameBytes + FrameSeal.TagBytes + 1, FrameSeal.TagBytes })
        {
            using var member = new Member(_server.Connection);
            member.TrySendBytes(BitConverter.GetBytes(length), Soon);
            member.TrySendBytes(new byte[64], Soon);
            member.ReadToEnd();
        }
    }

    [Fact]
    public void A_message_in_tiny_parts_costs_no_more_than_its_size()
    {
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        _member.SendFrame(FrameKind.First, Member.First(WireLimits.MessageBytes, 1));
        for (var i = 0; i < 200_000; i++)
        {
            if (!_member.TrySendFrame([(byte)FrameKind.Part, 1], Soon))
            {
                break;
            }
        }

        _member.ReadToEnd();
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 4 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unfinished_huge_messages_take_no_memory_and_stop_nobody(bool inSingleBytes)
    {
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var members = Enumerable.Range(0, 6).Select(_ => new Member(_server.Connection)).ToList();
        members.ForEach(member => member.SendFrame(FrameKind.First, Member.First(WireLimits.MessageBytes)));
        for (var i = 0; i < 200; i++)
        {
            _client.Commit(Increment("n", 1));
        }

        Assert.InRange(_server.Budget.Reserved, 0, WireLimits.ServerMessageBytes);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 12 << 20);

        // An honest long message gets its turn although nobody finishes: whoever sends nothing more loses its place.
        var begun = Stopwatch.StartNew();
        using var stop = new ManualResetEventSlim();
        if (inSingleBytes)
        {
            members.ForEach(static member => member.TrySendBytes(BitConverter.GetBytes(WireLimits.ChunkBytes), Soon)); // the length of a frame that never ends
        }

        var dripping = Task.Run(() =>
        {
            while (!stop.Wait(TimeSpan.FromSeconds(1)))
            {
                members.ForEach(member => _ = inSingleBytes
                    ? member.TrySendBytes([0], TimeSpan.FromMilliseconds(10))
                    : member.TrySendFrame([(byte)FrameKind.Part, .. new byte[WireLimits.ChunkBytes]], TimeSpan.FromMilliseconds(10)));
            }
        });
        try
        {
            _client.Commit(Set("large", new byte[3_000_000]), Deadline.After(TimeSpan.FromMinutes(2)));
            Yardstick.AssertWithin(30, begun.Elapsed);
        }
        finally
        {
            stop.Set();
            dripping.Wait();
            members.ForEach(member => member.Dispose());
        }
    }

    [Fact]
    public void Turns_wait_up_to_a_limit_and_then_are_refused()
    {
        using var turn = _client.AcquireTurn(Ns, Tester, InTime);
        for (var i = 0; i < WireLimits.WaitingTickets; i++)
        {
            _member.Request(Operation.AcquireTurn, AcquireTurn);
        }

        Assert.Equal(Fault.LimitReached, _member.ReadReply(_member.Request(Operation.AcquireTurn, AcquireTurn)));
        Assert.Equal(WireLimits.WaitingTickets, _server.Store.Waiting(Ns));
        Assert.Equal(Fault.LimitReached, _member.ReadReply(_member.Request(Operation.Commit, Member.Commit("a", [1]))));
        Assert.Equal(WireLimits.WaitingTickets, _server.Store.Waiting(Ns));
        var begun = Stopwatch.StartNew();
        _member.Send(Message.Build(MessageType.Leave));
        _member.ReadToEnd();
        turn.Dispose();
        _client.Commit(Set("after", 1), InTime);
        Yardstick.AssertWithin(5, begun.Elapsed);
    }

    [Fact]
    public void A_member_that_calls_its_waiting_turns_resolved_gets_no_more_of_them()
    {
        using var turn = _client.AcquireTurn(Ns, Tester, InTime);
        for (var i = 0; i < WireLimits.WaitingTickets + 500; i++)
        {
            _member.Request(Operation.AcquireTurn, AcquireTurn, unresolved: long.MaxValue);
        }

        _member.ReadReply(_member.Request(Operation.Unsubscribe, Member.Text("none"), unresolved: long.MaxValue)); // the core has served all before it
        Assert.InRange(_server.Store.Waiting(Ns), 1, WireLimits.WaitingTickets);
    }

    [Fact]
    public void A_member_that_acknowledges_nothing_is_refused_more_requests_in_the_end()
    {
        var refused = false;
        for (var i = 0; i < 100 && !refused; i++)
        {
            for (var more = 0; more < 1000; more++)
            {
                _member.Request(Operation.Commit, Member.Commit("a", [(byte)more]));
            }

            refused = _member.ReadReply(_member.Request(Operation.Ping)) == Fault.LimitReached;
        }

        Assert.True(refused);
    }

    [Fact]
    public void A_member_that_reads_no_answers_is_not_read_either()
    {
        _client.Commit(Set("large", new byte[8 << 20]));
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var sent = 0;
        while (sent < 100_000 && _member.TrySendFrame([(byte)FrameKind.Last, .. _member.RequestMessage(Operation.Get, Member.Text(Ns, "large"))], TimeSpan.FromSeconds(1)))
        {
            sent++;
        }

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - memory < 64 << 20, $"{(GC.GetTotalMemory(false) - memory) >> 20} MiB are held");
        for (var i = 0; i < 100; i++)
        {
            _client.Commit(Increment("n", 1));
        }
    }

    [Fact]
    public void Answers_with_large_values_that_nobody_reads_are_bounded_in_bytes()
    {
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 200; i++)
        {
            // Each answer holds another value, which the state does not hold any more.
            if (!_member.TrySendFrame([(byte)FrameKind.Last, .. _member.RequestMessage(Operation.Get, Member.Text("other", "large"))], TimeSpan.FromSeconds(2)))
            {
                break;
            }

            _client.Commit(Set("large", Enumerable.Repeat((byte)i, 4 << 20).ToArray()) with { Namespace = "other" });
            _client.Commit(new CommitRequest("other", Tester, [new Change(ChangeKind.RemoveNamespace, "")]));
        }

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - memory < 300 << 20, $"{(GC.GetTotalMemory(false) - memory) >> 20} MiB are held");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(255)]
    public void An_unknown_operation_is_an_error_of_its_request(int operation)
    {
        Assert.Equal(Fault.MalformedMessage, _member.ReadReply(_member.Request((Operation)operation)));
        Assert.Null(_member.ReadReply(_member.Request(Operation.Ping)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(19)]
    [InlineData(255)]
    public void A_message_of_an_unknown_type_ends_the_connection(int type)
    {
        _member.Send([(byte)type, 1, 1, 1]);
        _member.ReadToEnd();
    }

    [Fact]
    public void Every_operation_without_its_arguments_is_an_error_of_its_request()
    {
        foreach (var operation in Enum.GetValues<Operation>().Except([Operation.Ping, Operation.Namespaces, Operation.Shutdown]))
        {
            Assert.Equal(Fault.MalformedMessage, _member.ReadReply(_member.Request(operation)));
        }

        Assert.Equal(Fault.InvalidArgument, _member.ReadReply(_member.Request(Operation.Shutdown)));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 1)]
    [InlineData(1000)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_subscription_after_a_revision_that_does_not_exist_is_refused(long revision)
    {
        _client.Commit(Set("a", 1));
        Message.Body body = (ref MessagePackWriter writer) =>
        {
            writer.Write(Ns);
            writer.Write(revision);
        };
        Assert.NotNull(_member.ReadReply(_member.Request(Operation.Subscribe, body)));
        _member.ReadReply(_member.Request(Operation.Updates, body));
        _client.Commit(Set("a", 2));
        Assert.Null(_member.ReadReply(_member.Request(Operation.Ping)));
    }

    [Fact]
    public void A_long_request_for_a_turn_or_subscription_is_refused()
    {
        var body = Member.Text(new string('x', 4 << 20), "y");
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var operation in new[] { Operation.Subscribe, Operation.AcquireTurn, Operation.Unsubscribe, Operation.ReleaseTurn })
        {
            var message = _member.RequestMessage(operation, body);
            _member.SendFrame(FrameKind.First, [.. BitConverter.GetBytes((long)message.Length), .. message.AsSpan(0, WireLimits.ChunkBytes)]);
            var rest = message.AsMemory(WireLimits.ChunkBytes);
            for (; rest.Length > WireLimits.ChunkBytes; rest = rest[WireLimits.ChunkBytes..])
            {
                _member.SendFrame(FrameKind.Part, rest.Span[..WireLimits.ChunkBytes]);
            }

            _member.SendFrame(FrameKind.Last, rest.Span);
            Assert.NotNull(_member.ReadReply(_member.Request(Operation.Unsubscribe)));
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 8 << 20);
    }

    [Fact]
    public void The_same_request_again_is_not_executed_again()
    {
        var message = _member.RequestMessage(Operation.Commit, (ref MessagePackWriter writer) => CommitFormat.Write(ref writer, Increment("n", 1)));
        for (var i = 0; i < 50; i++)
        {
            _member.Send(message);
        }

        _member.ReadReply(_member.Request(Operation.Ping));
        Assert.Equal(1, _client.Get(Ns, "n", fresh: true)!.Value.Value.Plain());
    }

    [Fact]
    public void Many_connections_with_one_id_leave_one()
    {
        var id = Guid.NewGuid();
        var members = Enumerable.Range(0, 60).Select(_ => new Member(_server.Connection, id)).ToList();
        members.SkipLast(1).ToList().ForEach(member => member.ReadToEnd());
        Assert.Null(members[^1].ReadReply(members[^1].Request(Operation.Ping)));
        members.ForEach(member => member.Dispose());
    }

    private static void AcquireTurn(ref MessagePackWriter writer)
    {
        writer.Write(Ns);
        WireFormat.Write(ref writer, Tester.Id);
    }
}
