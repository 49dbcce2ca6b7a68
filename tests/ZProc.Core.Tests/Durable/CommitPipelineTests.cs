using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Durable;

/// <summary>The way of commits to the disk, with a disk that the test holds up.</summary>
public sealed class CommitPipelineTests : IDisposable
{
    private readonly HeldJournal _journal = new();
    private readonly Store _store;
    private readonly LocalClient _writer;
    private readonly LocalClient _reader;

    public CommitPipelineTests()
    {
        _store = Store.Open(_journal, Durability.Always);
        _writer = new LocalClient(_store);
        _reader = new LocalClient(_store);
    }

    public void Dispose()
    {
        _journal.IsOpen = true;
        _journal.Permit();
        Close(_store);
        Assert.True(_journal.IsDisposed);
    }

    [Fact]
    public void Nobody_sees_or_hears_of_a_commit_before_it_is_written_and_those_that_wait_share_a_write()
    {
        using var watch = _reader.Watch(new WatchOptions { Namespace = Ns });
        var first = _writer.CommitAsync(Set("a", 1));
        _journal.WaitForWrite();
        Task<CommitResult>[] others = [.. Enumerable.Range(0, 5).Select(_ => _writer.CommitAsync(Increment("a", 1)))];
        var unchanged = _writer.CommitAsync(Set("a", 6)); // equal to what the commits before make of it
        var turn = Task.Run(() => _reader.AcquireTurn(Ns, Tester, InTime));
        Assert.False(first.IsCompleted);
        Assert.Null(_reader.Get(Ns, "a"));
        Assert.Equal(0, _reader.Summarize(Ns).Revision);
        Assert.Equal(0, _reader.ObservedSequence);
        Assert.Null(watch.Read(In(0)));

        _journal.Permit();
        Assert.Equal(1, first.WaitAsync(Soon).GetAwaiter().GetResult().Revision);
        _journal.WaitForWrite();
        Assert.Equal(1, _reader.Get(Ns, "a")!.Value.Value.Plain());
        Assert.Equal(1, watch.Read(InTime)!.Revision);
        Assert.All(others, other => Assert.False(other.IsCompleted));
        Assert.False(unchanged.IsCompleted);

        _journal.Permit();
        Assert.Equal([2, 3, 4, 5, 6], Task.WhenAll(others).WaitAsync(Soon).GetAwaiter().GetResult().Select(result => result.Revision));
        Assert.False(unchanged.WaitAsync(Soon).GetAwaiter().GetResult().Changed);
        Assert.Equal(2, _journal.Written.Count);
        using var granted = turn.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(6, _writer.Get(Ns, "a")!.Value.Value.Plain());
        Assert.Equal([2, 3, 4, 5, 6], Enumerable.Range(0, 5).Select(_ => watch.Read(InTime)!.Revision));
    }

    [Fact]
    public void A_process_sees_its_own_commits_without_a_wait()
    {
        var write = _writer.CommitAsync(Set("a", 1));
        _journal.WaitForWrite();
        var read = Task.Run(() => _writer.Get(Ns, "a"));
        Assert.Null(_reader.Get(Ns, "a")); // others read on
        _journal.Permit();
        Assert.Equal(1, read.WaitAsync(Soon).GetAwaiter().GetResult()!.Value.Value.Plain());
        Assert.True(write.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_disk_that_fails_changes_nothing_and_later_commits_try_again()
    {
        _journal.IsOpen = true;
        _writer.Commit(Set("a", 1));
        _journal.WaitForWrite();
        _journal.IsOpen = false;
        _journal.Fails = true;
        using var watch = _reader.Watch(new WatchOptions { Namespace = Ns });
        var first = _writer.CommitAsync(Set("a", 2));
        _journal.WaitForWrite();
        var turn = Task.Run(() => _reader.AcquireTurn(Ns, Tester, InTime));
        Assert.True(SpinWait.SpinUntil(() => !turn.IsCompleted, Soon));
        Task<CommitResult>[] others =
        [
            _writer.CommitAsync(new CommitRequest("new", Tester, [new Change(ChangeKind.Set, "b", V(1))])),
            _writer.CommitAsync(new CommitRequest("other", Tester, [new Change(ChangeKind.Set, "b", V(1))])),
        ];
        _journal.Permit();
        Assert.All([first, .. others], write => Assert.Equal(Fault.DiskFailed, FaultOf(() => write.WaitAsync(Soon).GetAwaiter().GetResult())));
        turn.WaitAsync(Soon).GetAwaiter().GetResult().Dispose(); // a turn needs no disk
        Assert.Equal(1, _reader.Get(Ns, "a")!.Value.Value.Plain());
        Assert.Equal((1, 1), (_reader.Summarize(Ns).Revision, _reader.ObservedSequence));
        Assert.Equal(Ns, Assert.Single(_reader.GetNamespaces()).Name);
        Assert.Equal(1, _store.HeldNamespaces);

        _journal.IsOpen = true;
        Assert.Equal(Fault.DiskFailed, FaultOf(() => _writer.Commit(Set("a", 3))));
        _journal.Fails = false;
        Assert.Equal((2, 2), (_writer.Commit(Set("a", 4)).Revision, _reader.ObservedSequence));
        Assert.Equal(2, watch.Read(InTime)!.Revision);
    }

    [Fact]
    public void With_an_interval_a_commit_is_acknowledged_at_once_and_written_later_also_after_a_fault()
    {
        var journal = new HeldJournal { Fails = true };
        var store = Store.Open(journal, Durability.Interval);
        var client = new LocalClient(store);
        client.Commit(Set("a", 1));
        client.Commit(Set("a", 2));
        Assert.Equal(2, client.Get(Ns, "a")!.Value.Value.Plain());
        journal.WaitForWrite();
        journal.Permit();
        journal.WaitForWrite(); // again after the interval
        journal.Permit();
        Assert.True(SpinWait.SpinUntil(() => TryCommit(client, journal) == Fault.DiskFailed, Soon)); // now clients learn of it
        journal.Fails = false;
        journal.IsOpen = true;
        journal.Permit();
        client.Commit(Set("a", 3));
        client.Commit(Set("a", 4));
        Assert.Null(store.Close(new FaultException(Fault.ContextStopped, "stopped")));
        var revisions = journal.Written.SelectMany(updates => updates).Select(update => update.Revision).ToArray();
        Assert.Equal([1, 2, 3, 4], revisions);
    }

    [Fact]
    public void With_an_interval_the_end_says_how_many_acknowledged_commits_are_lost()
    {
        var journal = new HeldJournal { Fails = true };
        var server = StateServer.Start(Store.Open(journal, Durability.Interval), known: null, address: null, prepare: null);
        using var client = RemoteClient.Connect(server.Connection, InTime);
        client.CommitAsync(Set("a", 1));
        client.Commit(Set("a", 2));
        journal.WaitForWrite();
        journal.IsOpen = true;
        journal.Permit();
        server.Dispose();
        Assert.Equal(Fault.DiskFailed, server.Loss!.Fault);
        Assert.Equal("2 acknowledged updates could not be written and are lost (No space left on device).", server.Loss.Message); // and no advice for a refused commit
        Assert.True(client.Closed.WaitHandle.WaitOne(Soon));
        Assert.Equal(Fault.ContextStopped, client.Failure!.Fault);
        Assert.Equal(Fault.DiskFailed, Assert.IsType<FaultException>(client.Failure.InnerException).Fault);
        Assert.Contains(server.Loss.Message, client.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_that_is_too_large_for_the_disk_is_refused_and_takes_no_other_with_it()
    {
        _journal.MaximumUpdateBytes = 10_000;
        var others = new[] { _writer.CommitAsync(Set("a", new byte[3000])), _writer.CommitAsync(Set("b", new byte[3000])), _writer.CommitAsync(Set("c", new byte[3000])) };
        var refused = _reader.CommitAsync(Set("a", new byte[9000])); // with the value before
        _journal.IsOpen = true;
        _journal.Permit();
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => refused.WaitAsync(Soon).GetAwaiter().GetResult()));
        Assert.Equal([1, 2, 3], Task.WhenAll(others).WaitAsync(Soon).GetAwaiter().GetResult().Select(result => result.Sequence));
        Assert.Equal((4, 4), (_writer.Commit(Set("b", 1)).Revision, _reader.ObservedSequence));
        _journal.MaximumUpdateBytes = 1000;
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => _writer.Commit(Remove("a"))));
        Assert.Equal(5, _writer.Commit(RemoveNamespace()).Revision);
    }

    [Fact]
    public void A_turn_that_was_granted_behind_a_write_is_free_again_when_its_wait_was_cancelled()
    {
        var write = _writer.CommitAsync(Set("a", 1));
        _journal.WaitForWrite();
        Assert.Throws<OperationCanceledException>(() => _reader.AcquireTurn(Ns, Tester, InTime, new CancellationToken(canceled: true)));
        _journal.Permit();
        using var turn = _writer.AcquireTurn(Ns, Tester, InTime);
        Assert.True(write.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_namespace_that_is_watched_between_two_commits_that_fail_keeps_its_watch()
    {
        Watch? watch = null;
        var first = _writer.CommitAsync(Set("a", 1) with { Namespace = "new" });
        _journal.WaitForWrite();
        lock (_store.Gate)
        {
            _store.InOrder(_store.Position, () => watch = _store.Watch(new WatchOptions { Namespace = "new" }));
        }

        var second = _writer.CommitAsync(Set("a", 2) with { Namespace = "new" });
        _journal.Fails = true;
        _journal.Permit();
        Assert.All([first, second], write => Assert.Equal(Fault.DiskFailed, FaultOf(() => write.WaitAsync(Soon).GetAwaiter().GetResult())));
        _journal.Fails = false;
        _journal.IsOpen = true;
        Assert.Equal(1, _writer.Commit(Set("a", 3) with { Namespace = "new" }).Revision);
        Assert.True(watch!.TryRead(out _));
        watch.Dispose();
    }

    [Fact]
    public void A_callback_of_a_watch_that_fails_does_not_end_the_thread_that_writes()
    {
        _journal.IsOpen = true;
        using var watch = _reader.Watch(new WatchOptions { Namespace = Ns });
        watch.OnAvailable(static () => throw new InsufficientMemoryException("No more threads."));
        _writer.Commit(Set("a", 1));
        Assert.Equal((2, 2), (_writer.Commit(Set("a", 2)).Revision, _reader.ObservedSequence));
        Assert.Equal(1, watch.Read(InTime)!.Revision);
    }

    private static Fault? TryCommit(LocalClient client, HeldJournal journal)
    {
        journal.Permit();
        try
        {
            client.Commit(Set("other", 1));
            return null;
        }
        catch (FaultException fault)
        {
            return fault.Fault;
        }
    }

    private static void Close(Store store) => store.Close(new FaultException(Fault.ContextStopped, "stopped"));
}
