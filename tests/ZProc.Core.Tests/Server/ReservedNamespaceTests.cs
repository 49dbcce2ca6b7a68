using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>ZProc's own namespaces have limits of their own, wherever there is a copy of them.</summary>
public sealed class ReservedNamespaceTests : ServerTest
{
    private const string OutputNs = KeyName.OutputPrefix + "session/receive";

    private static readonly StoreOptions Limits = new() { MaximumUpdates = 1, MaximumUpdateBytes = 0, MinimumUpdates = 1, MaximumValueBytes = 10 };

    public ReservedNamespaceTests()
        : base(Limits)
    {
    }

    [Theory]
    [InlineData(KeyName.Processes, 1000)]
    [InlineData(KeyName.Requests, 1000)]
    [InlineData(OutputNs, 100)]
    public void Limits_that_users_set_for_their_state_lose_nothing_of_a_reserved_namespace(string ns, int updates)
    {
        using var here = Local.Watch(new WatchOptions { Namespace = ns });
        using var there = Remote.Watch(new WatchOptions { Namespace = ns });
        for (var i = 1; i <= updates; i++)
        {
            IClient client = i % 2 == 0 ? Local : Remote;
            client.Commit(Set("key", new string('x', 100 + i)) with { Namespace = ns });
        }

        Remote.Ping(InTime); // its answer comes after all updates
        for (var i = 1; i <= updates; i++)
        {
            Assert.True(here.TryRead(out var update));
            Assert.Equal(i, update.Revision);
            Assert.True(there.TryRead(out update));
            Assert.Equal(i, update.Revision);
        }

        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => Local.Commit(Set("key", new string('x', 100)))));
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => Remote.Commit(Set("key", new string('x', 100)))));
    }

    [Theory]
    [InlineData(10_000, 128)]
    [InlineData(20 * 1024 * 1024, 8)]
    public void Output_that_was_received_is_not_kept(int bytes, int expected)
    {
        var packet = V(new byte[bytes]);
        for (var i = 0; i < 100; i++)
        {
            Local.Commit(new CommitRequest(OutputNs, Tester, [new Change(ChangeKind.Set, $"{i}", packet)]));
            Local.Commit(Remove($"{i}") with { Namespace = OutputNs });
        }

        Assert.InRange(Local.GetUpdates(OutputNs, null).Updates.Count, 2, expected);
    }
}
