using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.Client.HandFedReplicas;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class ReplicasTests
{
    private readonly HandFedReplicas _client = new();

    [Fact]
    public void Reading_often_while_a_watch_opens_subscribes_once()
    {
        _client.ReadOften(3);
        var opening = OpenWatch();
        var subscription = _client.Next(Operation.Subscribe);
        Assert.Null(_client.ReadOften(8));
        Assert.Equal(0, _client.Unseen);
        _client.Answer(subscription, 5);
        using var watch = opening.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(5, watch.StartRevision);
    }

    [Fact]
    public void A_watch_that_opens_while_reading_has_asked_already_subscribes_once()
    {
        _client.ReadOften();
        var subscription = _client.Next(Operation.Subscribe);
        var opening = OpenWatch();
        _client.Answer(subscription, 5, Entry("n", 5L));
        using var watch = opening.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(0, _client.Unseen);
        Assert.Equal(5, watch.StartRevision);
    }

    [Fact]
    public void A_watch_made_while_the_answer_is_taken_does_not_subscribe_again()
    {
        _client.ReadOften();
        var subscription = _client.Next(Operation.Subscribe);
        using var ready = new ManualResetEventSlim();
        var between = Task.Run(() =>
        {
            lock (_client.Requests.Gate)
            {
                ready.Set();
                Assert.True(Monitor.Wait(_client.Requests.Gate, Soon)); // an answer has been taken, and is to be read now
                try
                {
                    _client.Watch(new WatchOptions { Namespace = Ns }, new CancellationToken(canceled: true)).Dispose();
                }
                catch (OperationCanceledException)
                {
                    // The watch waits for the answer.
                }
            }
        });
        Assert.True(ready.Wait(Soon));
        lock (_client.Requests.Gate)
        {
            // The watch waits from here on.
        }

        _client.Answer(subscription, 5, Enumerable.Range(0, 5000).Select(i => Entry($"k{i}", i)));
        Assert.True(between.Wait(Soon));
        Assert.Equal(0, _client.Unseen);
        Assert.NotNull(_client.ReadOften(1));
    }

    [Fact]
    public void After_a_refusal_another_try_is_made()
    {
        var opening = OpenWatch();
        _client.Refuse(_client.Next(Operation.Subscribe), Fault.InvalidKey);
        Assert.Equal(Fault.InvalidKey, FaultOf(() => opening.WaitAsync(Soon).GetAwaiter().GetResult()));
        Assert.NotNull(_client.Follow(5, Entry("n", 5L)));
    }

    [Fact]
    public void A_missing_update_is_a_broken_stream_and_is_not_applied()
    {
        var replica = _client.Follow(5, Entry("n", 5L));
        _client.Replicas.Apply(Update(6));
        _client.Replicas.Apply(Update(6)); // again, after a cut
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _client.Replicas.Apply(Update(8))));
        Assert.Equal(6, replica.Revision);
    }

    [Fact]
    public void After_a_second_cut_only_the_answer_to_the_second_resumption_makes_a_copy_readable()
    {
        var replica = _client.Follow(5, Entry("n", 5L));
        Reconnect();
        var first = _client.Next(Operation.Subscribe);
        Reconnect();
        var second = _client.Next(Operation.Subscribe);
        Assert.Equal(0, _client.Unseen); // the first is not asked again: the server would answer from memory, for a connection that is gone
        _client.Answer(first, (ref MessagePackWriter writer) => writer.WriteNil());
        Assert.Null(_client.ReadOften(1));
        _client.Answer(second, (ref MessagePackWriter writer) => writer.WriteNil());
        Assert.Same(replica, _client.ReadOften(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_watch_that_opens_while_a_copy_resumes_begins_with_what_the_copy_missed(bool cutAgain)
    {
        _client.Follow(5, Entry("n", 5L));
        Reconnect();
        var resumption = _client.Next(Operation.Subscribe);
        var opening = OpenWatchAndWait();
        if (cutAgain)
        {
            Reconnect();
            resumption = _client.Next(Operation.Subscribe);
        }

        _client.Replicas.Apply(Update(6));
        _client.Answer(resumption, (ref MessagePackWriter writer) => writer.WriteNil());
        using var watch = opening.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(6, watch.StartRevision);
    }

    [Fact]
    public void A_watch_that_opens_before_the_next_server_is_there_begins_with_what_the_copy_missed()
    {
        _client.Follow(5, Entry("n", 5L));
        lock (_client.Requests.Gate)
        {
            _client.Replicas.Suspend();
        }

        var opening = OpenWatchAndWait();
        Assert.False(opening.IsCompleted);
        var ping = _client.Next(Operation.Ping); // makes the next server start
        Reconnect();
        var resumption = _client.Next(Operation.Subscribe);
        _client.Answer(ping, (ref MessagePackWriter writer) => writer.WriteNil());
        _client.Replicas.Apply(Update(6));
        _client.Answer(resumption, (ref MessagePackWriter writer) => writer.WriteNil());
        using var watch = opening.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(6, watch.StartRevision);
    }

    [Fact]
    public void A_watch_after_a_revision_that_a_copy_has_missed_waits_until_the_copy_has_resumed()
    {
        _client.Follow(5, Entry("n", 5L));
        Reconnect();
        var resumption = _client.Next(Operation.Subscribe);
        var opening = OpenWatchAndWait(since: 6);
        Assert.Equal(0, _client.Unseen); // the server answers a ping ahead of the resumption
        _client.Replicas.Apply(Update(6));
        _client.Answer(resumption, (ref MessagePackWriter writer) => writer.WriteNil());
        using var watch = opening.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(6, watch.StartRevision);
    }

    [Fact]
    public void The_past_that_a_copy_lacks_is_fetched_up_to_the_part_it_has()
    {
        _client.Replicas.Limits = new StoreOptions { MaximumUpdates = 2 };
        _client.Follow(5, Entry("n", 5L));
        var opening = OpenWatch(since: 2);
        var asked = _client.Next(Operation.Updates);
        for (var revision = 6; revision <= 8; revision++)
        {
            _client.Replicas.Apply(Update(revision)); // more than the replica keeps
        }

        _client.Answer(asked, 3, 5, newest: 5);
        _client.Answer(_client.Next(Operation.Updates), 6, 8, newest: 8);
        using var watch = opening.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal([3L, 4L, 5L, 6L, 7L, 8L], Enumerable.Range(3, 6).Select(_ => watch.Read(InTime)!.Revision));
    }

    [Fact]
    public void A_past_without_updates_is_no_answer()
    {
        _client.Follow(5, Entry("n", 5L));
        var opening = OpenWatch(since: 2);
        _client.Answer(_client.Next(Operation.Updates), 3, 2, newest: 5);
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => opening.WaitAsync(Soon).GetAwaiter().GetResult()));
    }

    [Fact]
    public void A_watch_after_a_revision_that_the_copy_has_not_seen_asks_the_server()
    {
        _client.Follow(5, Entry("n", 5L));
        var opening = OpenWatch(since: 6);
        var asked = _client.Next(Operation.Ping);
        _client.Replicas.Apply(Update(6));
        _client.Answer(asked, (ref MessagePackWriter writer) => writer.WriteNil());
        Assert.Equal(6, opening.WaitAsync(Soon).GetAwaiter().GetResult().StartRevision);
        opening = OpenWatch(since: 7);
        _client.Answer(_client.Next(Operation.Ping), (ref MessagePackWriter writer) => writer.WriteNil());
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => opening.WaitAsync(Soon).GetAwaiter().GetResult()));
    }

    [Fact]
    public void Copies_of_namespaces_that_are_not_watched_are_bounded_in_number()
    {
        for (var i = 0; i < 200; i++)
        {
            _client.FollowMissing($"missing {i}");
            for (; _client.Unseen > 0;)
            {
                _client.Answer(_client.Next(Operation.Unsubscribe), (ref MessagePackWriter writer) => writer.WriteNil());
            }
        }

        Assert.Equal((Replicas.MaximumUnwatched, 0), _client.Held);
        Assert.NotNull(_client.ReadOften("missing 199", 1)); // the newest ones stay
        Assert.Null(_client.ReadOften("missing 0", 1));
    }

    [Fact]
    public void Counts_of_reads_are_bounded()
    {
        for (var i = 0; i < 5000; i++)
        {
            _client.ReadOften($"read once {i}", 1);
        }

        Assert.InRange(_client.Held.Counted, 1, 1024);
    }

    [Fact]
    public void A_copy_with_a_watch_stays_until_the_watch_ends()
    {
        var replica = _client.Follow(5, Entry("n", 5L));
        var watch = OpenWatch().WaitAsync(Soon).GetAwaiter().GetResult();
        for (var i = 0; i < Replicas.MaximumUnwatched; i++)
        {
            _client.FollowMissing($"other {i}");
        }

        Assert.Equal(0, _client.Unseen);
        Assert.Equal(Replicas.MaximumUnwatched + 1, _client.Held.Copies);
        watch.Dispose();
        _client.Next(Operation.Unsubscribe); // of this one, which was read the longest ago
        Assert.Null(_client.ReadOften(1));
        lock (_client.Requests.Gate)
        {
            Assert.False(_client.Replicas.Has(replica));
        }
    }

    [Fact]
    public void A_copy_is_kept_while_a_watch_on_it_is_opened()
    {
        _client.Follow(5, Entry("n", 5L));
        var opening = OpenWatch(since: 2);
        var asked = _client.Next(Operation.Updates);
        for (var i = 0; i < Replicas.MaximumUnwatched; i++)
        {
            _client.FollowMissing($"other {i}");
        }

        _client.Answer(asked, 3, 5, newest: 5);
        using var watch = opening.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(3, watch.Read(InTime)!.Revision);
        Assert.Equal(0, _client.Unseen);
    }

    [Fact]
    public void A_copy_that_no_reader_wants_ends_when_its_updates_cost_more_than_the_namespace()
    {
        _client.Follow(5, Entry("n", 5L));
        var value = new string('x', Replicas.MaximumUnreadBytes / 2);
        _client.Replicas.Apply(Update(6, value: value));
        _client.Replicas.Apply(Update(7, value: value));
        Assert.NotNull(_client.ReadOften(1)); // the reading counts
        _client.Replicas.Apply(Update(8, value: value));
        _client.Replicas.Apply(Update(9, value: value));
        Assert.Equal(0, _client.Unseen);
        for (var revision = 10; _client.Unseen == 0; revision++)
        {
            Assert.InRange(revision, 10, 20);
            _client.Replicas.Apply(Update(revision, value: value));
        }

        _client.Next(Operation.Unsubscribe);
        _client.Replicas.Apply(Update(30)); // was on its way
        Assert.Null(_client.ReadOften(1));
    }

    [Fact]
    public void A_new_connection_is_not_asked_to_end_a_subscription_of_the_former_one()
    {
        _client.Follow(5, Entry("n", 5L));
        _client.Replicas.Apply(Update(6, removes: true));
        _client.Next(Operation.Unsubscribe);
        _client.ReadOften(4);
        _client.Next(Operation.Subscribe);
        Reconnect();
        _client.Answer(_client.Next(Operation.Subscribe), 6); // an Unsubscribe after this would end the subscription of the new copy
        Assert.Equal(0, _client.Unseen);
        Assert.NotNull(_client.ReadOften(1));
    }

    [Fact]
    public void The_failure_of_a_former_resumption_does_not_end_a_newer_copy()
    {
        _client.Follow(5, Entry("n", 5L));
        Reconnect();
        var resumption = _client.Next(Operation.Subscribe);
        _client.Replicas.End(Ns, new FaultException(Fault.Compacted, "behind"));
        var newer = _client.Follow(9, Entry("n", 9L));
        _client.Refuse(resumption, Fault.Compacted);
        Assert.Same(newer, _client.ReadOften(1));
    }

    private void Reconnect()
    {
        lock (_client.Requests.Gate)
        {
            _client.Replicas.Resume();
            _client.Requests.SendAgain();
        }
    }

    private Task<Watch> OpenWatch(long? since = null) =>
        Task.Run(() => _client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = since }, CancellationToken.None));

    /// <summary>Opens a watch, and returns when the opening waits or has ended.</summary>
    private Task<Watch> OpenWatchAndWait(long? since = null)
    {
        var opened = new TaskCompletionSource<Watch>();
        var opening = new Thread(() =>
        {
            try
            {
                opened.SetResult(_client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = since }, CancellationToken.None));
            }
            catch (FaultException fault)
            {
                opened.SetException(fault);
            }
        }) { IsBackground = true };
        opening.Start();
        Assert.True(SpinWait.SpinUntil(() => opening.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || !opening.IsAlive, Soon));
        return opened.Task;
    }
}
