using System.Diagnostics;
using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>A namespace that is larger than a client's credit goes out in parts.</summary>
public sealed class LargeNamespaceTests : ServerTest
{
    private const int Small = 20_000;
    private const int Large = 40; // MB

    public LargeNamespaceTests()
        : base(throughLink: true)
    {
        var keys = Enumerable.Range(0, Small).Select(i => new Change(ChangeKind.Set, $"key{i}", V(i)));
        var bytes = Enumerable.Range(0, Large).Select(i => new Change(ChangeKind.Set, $"large{i}", V(new byte[1_000_000])));
        Local.Commit(new CommitRequest(Ns, Tester, [.. keys, .. bytes]));
    }

    [Fact]
    public void A_large_namespace_comes_whole()
    {
        Assert.Equal(Local.GetSnapshot(Ns).Entries, Remote.GetSnapshot(Ns).Entries);
    }

    [Fact]
    public void Commits_made_while_a_large_namespace_comes_follow_it()
    {
        Link.ToClients.Hold();
        var opening = Task.Factory.StartNew(() => Remote.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 1 }), TaskCreationOptions.LongRunning);
        while (Server.Store.Follow(Ns, feed => !feed.IsWatched))
        {
            Thread.Yield();
        }

        for (var i = 1; i <= 5; i++)
        {
            Local.Commit(Set("key0", i * 1000));
        }

        Link.ToClients.Release();
        Assert.True(opening.Wait(Soon));
        using var watch = opening.Result;
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i * 1000, watch.Read(InTime)!.Changes[0].After!.Value.Plain());
        }

        Assert.Equal(Local.GetSnapshot(Ns).Entries, Remote.GetSnapshot(Ns).Entries);
    }

    [Fact]
    public void A_cut_in_the_middle_of_a_large_namespace_leaves_nothing_out_and_repeats_nothing()
    {
        Link.ToClients.CloseAfter(Large / 2 * 1_000_000);
        var reading = Task.Factory.StartNew(() => Remote.GetSnapshot(Ns, fresh: true), TaskCreationOptions.LongRunning);
        Assert.True(reading.Wait(Soon));
        Assert.Equal(1, Link.ToClients.Closed);
        Assert.Equal(Local.GetSnapshot(Ns).Entries, reading.Result.Entries);
    }

    [Fact]
    public void A_client_that_does_not_take_a_large_namespace_holds_up_no_other()
    {
        using var other = RemoteClient.Connect(Server.Connection, InTime);
        Link.ToClients.Hold();
        var reading = Task.Factory.StartNew(() => Remote.GetSnapshot(Ns, fresh: true), TaskCreationOptions.LongRunning);
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMilliseconds(300);)
        {
            other.Commit(Increment("n", 1), In(2));
        }

        Assert.False(reading.IsCompleted);
        Link.ToClients.Release();
        Assert.True(reading.Wait(Soon));
    }
}
