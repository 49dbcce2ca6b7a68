using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class HistoryTests
{
    private readonly LocalClient _client = new(new Store());

    [Theory]
    [MemberData(nameof(PastReads.All), MemberType = typeof(PastReads))]
    public void A_revision_is_never_answered_with_another(string way)
    {
        Write(5);

        // A revision that comes into being between the reads of the state and of the updates.
        var racing = InterposedClient.Create(_client, method => Write(method == nameof(IClient.GetUpdates) ? 1 : 0));
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => PastReads.Read(way, racing, Ns, "n", _client.Summarize(Ns).Revision + 1)));
        Assert.Equal(5L, PastReads.Read(way, racing, Ns, "n", 5));
        Assert.Equal(3L, PastReads.Read(way, racing, Ns, "n", 3));
    }

    [Theory]
    [MemberData(nameof(PastReads.All), MemberType = typeof(PastReads))]
    public void A_revision_that_is_not_there_yet_is_said_to_be_so(string way)
    {
        Write(2);
        var fault = Assert.Throws<FaultException>(() => PastReads.Read(way, _client, Ns, "n", 3));
        Assert.Equal((Fault.InvalidArgument, 3L), (fault.Fault, fault.Target));
        Assert.Contains("does not exist yet", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PastReads.All), MemberType = typeof(PastReads))]
    public void A_revision_before_a_removal_is_gone_also_while_a_watch_keeps_its_updates(string way)
    {
        Write(3);
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns });
        _client.Commit(RemoveNamespace());
        var removed = Assert.Throws<FaultException>(() => PastReads.Read(way, _client, Ns, "n", 2));
        Assert.Equal((Fault.Compacted, 5L), (removed.Fault, removed.Target));
        Assert.Empty(_client.EntriesAt(Ns, 4));
        Write(1);
        Assert.Equal(5L, PastReads.Read(way, _client, Ns, "n", 5));
        Assert.Equal(Fault.Compacted, FaultOf(() => PastReads.Read(way, _client, Ns, "n", 2)));
    }

    private void Write(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _client.Commit(Set("n", _client.Summarize(Ns).Revision + 1));
        }
    }
}
