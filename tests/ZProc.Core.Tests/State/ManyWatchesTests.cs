using System.Diagnostics;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.State;

[Collection(nameof(ThreadCounts))]
public sealed class ManyWatchesTests : ServerTest
{
    private const int Watches = 200;
    private const int Updates = 10_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_hundred_watches_on_one_hot_key_all_see_all_updates_in_order(bool remote)
    {
        IClient client = remote ? Remote : Local;
        var watches = Enumerable.Range(0, Watches)
            .Select(_ => client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["hot"]) })).ToArray();
        var readers = watches.Chunk(Watches / 4).Select(share => Task.Factory.StartNew(
            () =>
            {
                foreach (var watch in share)
                {
                    for (var i = 1; i <= Updates; i++)
                    {
                        Assert.Equal(i, watch.Read(InTime)!.Revision);
                    }

                    Assert.False(watch.TryRead(out _));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        for (var i = 1; i <= Updates; i++)
        {
            _ = Local.CommitAsync(Set("hot", i));
        }

        Task.WaitAll(readers);
        Array.ForEach(watches, watch => watch.Dispose());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thousand_watches_cost_no_thread_and_each_sees_its_update(bool remote)
    {
        IClient client = remote ? Remote : Local;
        _ = client.Watch(new WatchOptions { Namespace = Ns });
        var woken = new CountdownEvent(1000);
        var before = Process.GetCurrentProcess().Threads.Count;
        var watches = Enumerable.Range(0, 1000).Select(i =>
        {
            var watch = client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter([$"key{i}"]) });
            watch.OnAvailable(() => woken.Signal());
            return watch;
        }).ToArray();
        Assert.InRange(Process.GetCurrentProcess().Threads.Count - before, -1000, 20); // the pool's threads come and go

        for (var i = 0; i < watches.Length; i++)
        {
            Local.Commit(Set($"key{i}", i));
        }

        Assert.True(woken.Wait(Soon));
        for (var i = 0; i < watches.Length; i++)
        {
            Assert.True(watches[i].TryRead(out var update));
            Assert.Equal($"key{i}", Assert.Single(update.Changes).Key);
            Assert.False(watches[i].TryRead(out _));
            watches[i].Dispose();
        }
    }

    [Fact]
    public void A_watch_that_does_not_read_holds_nothing()
    {
        using var idle = Local.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["hot"]) });
        using var other = Remote.Watch(new WatchOptions { Namespace = Ns });
        var large = new string('x', 100_000);
        for (var i = 1; i <= 3000; i++)
        {
            Local.Commit(Set("hot", large + i)); // 600 MB of updates, of which a tenth or the last 1,000 are kept
            Assert.Equal(i, other.Read(InTime)!.Revision);
        }

        Assert.Equal(Fault.Compacted, FaultOf(() => idle.TryRead(out _)));
    }
}
