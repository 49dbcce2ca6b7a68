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
        while (Server.Store.Follow(Ns, feed => !feed.IsWatched) && !opening.IsCompleted)
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
    public void An_observer_learns_on_the_waiting_thread_how_much_has_arrived()
    {
        var observer = new Observer();
        Assert.Equal(Small + Large, Remote.GetSnapshot(Ns, fresh: true, observer: observer).Count);
        Assert.All(observer.Seen, seen => Assert.Equal(Environment.CurrentManagedThreadId, seen.Thread));
        var arrived = observer.Seen.ConvertAll(seen => seen.Transfer).FindAll(transfer => transfer.AllKeys > 0);
        Assert.NotEmpty(arrived);
        Assert.All(arrived, transfer => Assert.Equal(Small + Large, transfer.AllKeys));
        Assert.All(arrived, transfer => Assert.InRange(transfer.Keys, 1, Small + Large));
        Assert.All(arrived, transfer => Assert.InRange(transfer.Bytes, transfer.Keys, 2 * Large * 1_000_000L));
        Assert.Equal(arrived.Order(Comparer<Transfer>.Create((a, b) => a.Keys.CompareTo(b.Keys))), arrived);
        Assert.Equal(1, observer.Ended);
    }

    [Fact]
    public void An_observer_learns_of_the_end_of_a_wait_that_is_cancelled()
    {
        var observer = new Observer();
        Link.ToClients.Hold();
        using var stop = new CancellationTokenSource();
        observer.Told = stop.Cancel;
        Assert.Throws<OperationCanceledException>(() => Remote.Watch(new WatchOptions { Namespace = Ns, Observer = observer }, stop.Token));
        Assert.Equal(default, observer.Seen[0].Transfer);
        Assert.Equal(1, observer.Ended);
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

    private sealed class Observer : ITransferObserver
    {
        public List<(Transfer Transfer, int Thread)> Seen { get; } = [];

        public Action? Told { get; set; }

        public int Ended { get; private set; }

        public Deadline Due { get; private set; } = Deadline.After(TimeSpan.FromMilliseconds(1));

        public void OnTransfer(Transfer transfer)
        {
            Seen.Add((transfer, Environment.CurrentManagedThreadId));
            Due = Deadline.After(TimeSpan.FromMilliseconds(1));
            Told?.Invoke();
        }

        public void OnEnded() => Ended++;
    }
}
