using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>A read-only connection string permits reading and watching, and nothing else.</summary>
public sealed class ReadOnlyTests : ServerTest
{
    [Fact]
    public void Reading_and_watching_work()
    {
        Local.Commit(Set("a", 1));
        using var reader = RemoteClient.Connect(Server.Connection.ReadOnly, InTime);
        using var watch = reader.Watch(new WatchOptions { Namespace = Ns });
        Assert.Equal(1, reader.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
        Assert.Single(reader.GetSnapshot(Ns, fresh: true).Entries);
        Assert.Equal(1, reader.Summarize(Ns, fresh: true).Count);
        Assert.Contains(reader.GetNamespaces(), space => space.Name == Ns);
        Assert.Single(reader.GetUpdates(Ns, 0).Updates);
        Remote.Commit(Set("a", 2));
        Assert.Equal(2, watch.Read(InTime)!.Changes[0].After!.Value.Plain());
        Assert.True(reader.Ping(InTime).Latency > TimeSpan.Zero);
    }

    [Fact]
    public void Every_operation_that_changes_something_is_refused_and_changes_nothing()
    {
        var ended = false;
        Server.ShutdownRequested = () => ended = true;
        Local.Commit(Set("a", 1));
        using var turn = Remote.AcquireTurn(Ns, Tester, InTime);
        using var member = new Member(Server.Connection.ReadOnly);
        var bodies = new Dictionary<Operation, Message.Body?>
        {
            [Operation.Ping] = null,
            [Operation.Get] = Member.Text(Ns, "a"),
            [Operation.Snapshot] = Member.Text(Ns),
            [Operation.Commit] = Member.Commit("a", [2], "other"),
            [Operation.AcquireTurn] = (ref MessagePackWriter writer) =>
            {
                writer.Write("other");
                WireFormat.Write(ref writer, member.Id);
            },
            [Operation.ReleaseTurn] = (ref MessagePackWriter writer) =>
            {
                writer.Write(Ns);
                writer.Write(turn.Id);
            },
            [Operation.Withdraw] = (ref MessagePackWriter writer) => writer.Write(1),
            [Operation.Subscribe] = (ref MessagePackWriter writer) =>
            {
                writer.Write(Ns);
                writer.WriteNil();
            },
            [Operation.Updates] = (ref MessagePackWriter writer) =>
            {
                writer.Write(Ns);
                writer.WriteNil();
            },
            [Operation.EndSource] = (ref MessagePackWriter writer) => WireFormat.Write(ref writer, Tester.Id),
            [Operation.Unsubscribe] = Member.Text(Ns),
            [Operation.Namespaces] = null,
            [Operation.Summary] = Member.Text(Ns),
            [Operation.Shutdown] = null,
        };
        Operation[] refused = [Operation.Commit, Operation.AcquireTurn, Operation.ReleaseTurn, Operation.EndSource, Operation.Shutdown];
        var sequence = Server.Store.Sequence;
        foreach (var operation in Enum.GetValues<Operation>())
        {
            Assert.Equal(refused.Contains(operation) ? Fault.NotPermitted : null, member.ReadReply(member.Request(operation, bodies[operation])));
        }

        Assert.Equal(sequence, Server.Store.Sequence);
        Assert.False(ended);
        Assert.DoesNotContain(Server.Store.GetNamespaces(), space => space.Name == "other");
        Remote.Commit(Set("a", 3, turn: turn.Id)); // the turn is still held
    }

    [Fact]
    public void A_reader_with_the_id_of_another_client_takes_nothing_from_it()
    {
        using var turn = Remote.AcquireTurn(Ns, Tester, InTime);
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        using (var impostor = new Member(Server.Connection.ReadOnly, Remote.Id))
        {
            Assert.Null(impostor.ReadReply(impostor.Request(Operation.Ping)));
            impostor.Send(Message.Build(MessageType.Leave));
            impostor.ReadToEnd();
        }

        Remote.Commit(Set("a", 1, turn: turn.Id));
        Assert.Equal(1, watch.Read(InTime)!.Revision);
        Assert.False(Remote.Closed.IsCancellationRequested);
    }

    [Fact]
    public void A_client_is_told_what_it_may_not_do()
    {
        using var reader = RemoteClient.Connect(Server.Connection.ReadOnly, InTime);
        Assert.Equal(Fault.NotPermitted, FaultOf(() => reader.Commit(Set("a", 1))));
        Assert.Equal(Fault.NotPermitted, FaultOf(() => reader.AcquireTurn(Ns, Tester, InTime)));
        Assert.Equal(Fault.NotPermitted, FaultOf(() => reader.Shutdown(InTime)));
        Assert.Null(Local.Get(Ns, "a"));
    }

    [Fact]
    public void The_full_secret_is_no_part_of_the_read_only_one_and_does_not_follow_from_it()
    {
        var full = Server.Connection;
        var reading = full.ReadOnly;
        Assert.Equal(AccessLevel.ReadOnly, reading.Access);
        Assert.Equal(AccessLevel.Full, full.Access);
        Assert.DoesNotContain(full.Secret, reading.Text, StringComparison.Ordinal);
        Assert.Equal(reading.Text, reading.ReadOnly.Text);
        Assert.Equal(reading.Text, ConnectionString.Parse(reading.Text).Text);

        // Without the prefix it is another secret, and the server refuses it.
        var stripped = ConnectionString.Parse(reading.Text.Replace("ro-", "", StringComparison.Ordinal));
        Assert.Equal(AccessLevel.Full, stripped.Access);
        Assert.Equal(Fault.CannotConnect, FaultOf(() => RemoteClient.Connect(stripped, In(5))));
    }

    [Fact]
    public void No_server_starts_with_a_read_only_connection_string() =>
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => ZProc.Core.Server.StateServer.Start(ConnectionString.Create(CuttableProxy.AnyPort).ReadOnly)));
}
