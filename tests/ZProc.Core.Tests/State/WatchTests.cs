using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.State;

/// <summary>Watches on a store: what they see, and how a wait ends.</summary>
public sealed class WatchTests
{
    private readonly Store _store;
    private readonly LocalClient _client;

    public WatchTests()
    {
        _store = new Store();
        _client = new LocalClient(_store);
    }

    [Fact]
    public void Watches_buffered_live_and_excluding()
    {
        using var buffered = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["a"]) });
        using var live = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["a"]), Live = true });
        using var others = _client.Watch(new WatchOptions { Namespace = Ns, ExcludeSource = Tester.Id });
        for (var i = 1; i <= 5; i++)
        {
            _client.Commit(Set("a", i));
            _client.Commit(Set("b", i));
        }

        Assert.Equal([1L, 3L, 5L, 7L, 9L], ReadAll(buffered));
        Assert.Equal([9L], ReadAll(live));
        Assert.Empty(ReadAll(others));
        _client.Commit(Set("a", 6, new Source(Guid.NewGuid(), "other", 1)));
        _client.Commit(Set("a", 7));
        Assert.Equal([11L, 12L], ReadAll(buffered));
        Assert.Equal([12L], ReadAll(live));
        Assert.Equal([11L], ReadAll(others));
    }

    [Fact]
    public void Watches_with_patterns_and_exclusions_see_only_the_keys_they_chose()
    {
        using var pattern = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(patterns: [key => key.StartsWith('a')]) });
        using var excluding = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(excluded: [key => key == "b"]) });
        using var live = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(excluded: [key => key == "b"]), Live = true });
        foreach (var key in new[] { "b", "a1", "b", "c", "a2", "b" })
        {
            _client.Commit(Set(key, Guid.NewGuid()));
        }

        Assert.Equal([2L, 5L], ReadAll(pattern));
        Assert.Equal([2L, 4L, 5L], ReadAll(excluding));
        Assert.Equal([5L], ReadAll(live));
    }

    [Fact]
    public void A_watch_knows_the_values_at_each_update_it_read_also_after_the_namespace_was_removed()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns });
        _client.Commit(Set("a", 1));
        _client.Commit(Set("b", 2));
        _client.Commit(Remove("a"));
        _client.Commit(RemoveNamespace());
        _client.Commit(Set("a", 5));
        string[] expected = ["a=1", "a=1 b=2", "b=2", "", "a=5"];
        Assert.Equal(expected, ReadAll(watch).Select(revision => string.Join(' ', watch.ValuesAt(revision).Select(static pair => $"{pair.Key}={pair.Value.Plain()}"))));
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => watch.ValuesAt(6)));
    }

    [Fact]
    public void A_deadline_does_not_move_under_a_stream_of_other_updates()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["quiet"]) });
        using var enough = new CancellationTokenSource();
        var noise = Task.Run(() =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                _client.Commit(Set("noise", i));
            }
        });
        Assert.Null(watch.Read(In(0.3)));
        enough.Cancel();
        Assert.True(noise.Wait(Soon));
    }

    [Fact]
    public void A_wait_ends_at_cancellation_and_at_the_end_of_the_store()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns });
        using var cancellation = new CancellationTokenSource();
        var waiting = Task.Run(() => watch.Read(Deadline.Never, cancellation.Token));
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => waiting.WaitAsync(Soon).GetAwaiter().GetResult());

        var second = Task.Run(() => watch.Read(Deadline.Never));
        _store.Close(new FaultException(Fault.ContextStopped, "stopped"));
        Assert.Equal(Fault.ContextStopped, FaultOf(() => second.WaitAsync(Soon).GetAwaiter().GetResult()));
    }

    [Fact]
    public void A_callback_that_fails_takes_nothing_from_the_commit_and_the_other_watches()
    {
        using var failing = _client.Watch(new WatchOptions { Namespace = Ns });
        using var other = _client.Watch(new WatchOptions { Namespace = Ns });
        failing.OnAvailable(static () => throw new InsufficientMemoryException("No more threads."));
        Assert.Equal(1, _client.Commit(Set("a", 1)).Revision);
        Assert.Equal(1, _client.ObservedSequence);
        Assert.Equal(Ns, Assert.Single(_client.GetNamespaces()).Name);
        Assert.Equal([1L], ReadAll(other));
        Assert.Equal([1L], ReadAll(failing));
    }

    private static List<long> ReadAll(Watch watch)
    {
        var revisions = new List<long>();
        while (watch.TryRead(out var update))
        {
            revisions.Add(update.Revision);
        }

        return revisions;
    }
}
