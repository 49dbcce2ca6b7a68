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
}
