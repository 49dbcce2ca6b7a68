using System.Diagnostics;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>Many threads with one client: whichever of them waits may be the one that receives, for all.</summary>
public sealed class SharedClientTests : IDisposable
{
    private readonly StateServer _server = StateServer.Start();
    private readonly LocalClient _local;
    private readonly RemoteClient _remote;
    private readonly List<Exception> _failures = [];

    public SharedClientTests()
    {
        _local = new LocalClient(_server.Store);
        _remote = RemoteClient.Connect(_server.Connection, In(10));
    }

    public void Dispose()
    {
        _remote.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Fifty_threads_share_a_client_and_each_sees_its_own_writes()
    {
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        var failures = 0;
        RunTogether(50, worker =>
        {
            for (var i = 0; i < 100; i++)
            {
                var result = _remote.Commit(Set($"k{worker}", i));
                _remote.Commit(Increment("sum", 1));
                if (!Equals(_remote.Get(Ns, $"k{worker}")!.Value.Value.Plain(), i) || result.Sequence > _remote.ObservedSequence)
                {
                    Interlocked.Increment(ref failures);
                }
            }
        });
        Assert.Equal(0, failures);
        Assert.Equal(5000, _remote.Get(Ns, "sum")!.Value.Value.Plain());
        for (var revision = 1; revision <= 10_000; revision++)
        {
            Assert.Equal(revision, watch.Read(In(20))!.Revision);
        }
    }

    [Fact]
    public void Readers_of_watches_writers_and_those_who_do_not_wait_get_on_together()
    {
        const int Updates = 500;
        var readers = new List<Action>();
        for (var i = 0; i < 4; i++)
        {
            var watch = _remote.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["n"]) });
            readers.Add(() =>
            {
                for (var n = 1; n <= Updates; n++)
                {
                    Assert.Equal(n, watch.Read(In(20))!.Changes[0].After!.Value.Plain());
                }

                watch.Dispose();
            });
        }

        var replies = new List<Task<CommitResult>>();
        RunTogether(6, worker =>
        {
            switch (worker)
            {
                case < 4:
                    readers[worker]();
                    break;
                case 4:
                    for (var n = 1; n <= Updates; n++)
                    {
                        _remote.Commit(Set("n", n));
                    }

                    break;
                default:
                    for (var n = 1; n <= Updates; n++)
                    {
                        replies.Add(_remote.CommitAsync(Increment("other", 1)));
                    }

                    break;
            }
        });
        Assert.True(Task.WaitAll([.. replies], Soon));
        Assert.Equal(Updates, _local.Get(Ns, "other")!.Value.Value.Plain());
    }

    [Fact]
    public void A_caller_that_receives_ends_at_once_when_it_is_cancelled_and_the_others_go_on()
    {
        using var holder = _local.AcquireTurn(Ns, Tester);
        for (var i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            using var begun = new ManualResetEventSlim();
            var waiting = Start(() =>
            {
                _remote.Ping(In(10)); // so that it has the socket when it begins to wait
                begun.Set();
                Assert.Throws<OperationCanceledException>(() => _remote.AcquireTurn(Ns, Tester, Deadline.Never, cancellation.Token));
            });
            begun.Wait();
            Assert.True(SpinWait.SpinUntil(() => _server.Store.Waiting(Ns) == 1, Soon));
            cancellation.Cancel();
            Join(waiting);
            Assert.Equal(0, _server.Store.Waiting(Ns));
            _remote.Ping(In(10));
        }
    }

    [Fact]
    public void A_reader_that_receives_ends_when_it_is_cancelled_though_nothing_comes()
    {
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        for (var i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            using var begun = new ManualResetEventSlim();
            var reader = Start(() =>
            {
                _remote.Ping(In(10));
                begun.Set();
                Assert.Throws<OperationCanceledException>(() => watch.Read(Deadline.Never, cancellation.Token));
            });
            begun.Wait();
            cancellation.Cancel();
            Join(reader);
        }
    }

    [Fact]
    public void A_deadline_holds_for_a_caller_that_receives_while_updates_keep_coming()
    {
        using var holder = _local.AcquireTurn("other", Tester);
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns, Live = true });
        using var ended = new CancellationTokenSource();
        var writer = Start(() =>
        {
            for (var i = 0; !ended.IsCancellationRequested; i++)
            {
                _local.Commit(Set("n", i));
                if (i % 500 == 0)
                {
                    _remote.Ping(In(20)); // its answer comes after them: no more than that are on their way
                }
            }
        });
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull(watch.Read(In(20)));
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(Fault.Timeout, FaultOf(() => _remote.AcquireTurn("other", Tester, In(0.05))));
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(10));
        }

        ended.Cancel();
        Join(writer);
    }

    [Fact]
    public void When_the_server_dies_callers_that_wait_learn_of_it_whoever_receives()
    {
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        using var pinged = new CountdownEvent(2);
        var pings = () =>
        {
            _remote.Ping(In(20));
            pinged.Signal();
            Assert.Equal(Fault.ConnectionLost, FaultOf(() =>
            {
                while (true)
                {
                    _remote.Ping(In(20));
                }
            }));
        };
        var waiting = Start(pings, pings, () => Assert.Equal(Fault.ConnectionLost, FaultOf(() => watch.Read(Deadline.Never))));
        Assert.True(pinged.Wait(Soon));
        var began = Stopwatch.GetTimestamp();
        _server.Abandon();
        Join(waiting);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void When_the_context_is_stopped_callers_that_wait_learn_of_it_at_once()
    {
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        var waiting = Start(
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() => watch.Read(Deadline.Never))),
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() =>
            {
                while (true)
                {
                    _remote.Ping(In(20));
                }
            })));
        _server.Dispose();
        Join(waiting);
        Assert.True(_remote.Closed.IsCancellationRequested);
    }

    [Fact]
    public void A_client_that_is_disposed_of_ends_whoever_waits_and_whoever_receives()
    {
        using var holder = _local.AcquireTurn(Ns, Tester);
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        var waiting = Start(
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() => _remote.Commit(Set("a", 1)))),
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() => watch.Read(Deadline.Never))),
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() =>
            {
                while (true)
                {
                    _remote.Ping(In(20));
                }
            })));
        Assert.True(SpinWait.SpinUntil(() => _server.Store.Waiting(Ns) == 1, Soon));
        _remote.Dispose();
        Join(waiting);
    }

    [Fact]
    public void A_client_beats_while_a_caller_waits_for_long()
    {
        using var mine = _remote.AcquireTurn("mine", Tester);
        using var holder = _local.AcquireTurn(Ns, Tester);
        _remote.Ping(In(10));
        Assert.Equal(Fault.Timeout, FaultOf(() => _remote.AcquireTurn(Ns, Tester, In(4)))); // longer than the silence that costs a turn
        _server.TickNow();
        Assert.True(_remote.Commit(new CommitRequest("mine", Tester, [new Change(ChangeKind.Set, "a", V(1))], mine.Id)).Changed);
    }

    [Fact]
    public void What_is_written_without_waiting_right_after_an_answer_is_sent_without_another_call()
    {
        for (var i = 0; i < 200; i++)
        {
            _remote.Ping(In(10));
            Assert.True(_remote.CommitAsync(Increment("n", 1)).Wait(Soon));
        }
    }

    [Fact]
    public void A_large_answer_comes_while_other_callers_go_on()
    {
        var large = new byte[3 * 1024 * 1024];
        _local.Commit(Set("large", large));
        RunTogether(4, worker =>
        {
            for (var i = 0; i < 10; i++)
            {
                if (worker == 0)
                {
                    Assert.Equal(large.Length, ((byte[])_remote.Get(Ns, "large", fresh: true)!.Value.Value.Plain()!).Length);
                }
                else
                {
                    _remote.Commit(Increment("n", 1));
                }
            }
        });
        Assert.Equal(30, _local.Get(Ns, "n")!.Value.Value.Plain());
    }

    /// <summary>Runs each on a thread of its own; <see cref="Join"/> tells what failed.</summary>
    private List<Thread> Start(params Action[] actions)
    {
        var threads = actions.Select(action => new Thread(() =>
        {
            try
            {
                action();
            }
#pragma warning disable CA1031 // told by Join
            catch (Exception exception)
#pragma warning restore CA1031
            {
                lock (_failures)
                {
                    _failures.Add(exception);
                }
            }
        }) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        return threads;
    }

    private void Join(List<Thread> threads)
    {
        threads.ForEach(thread => Assert.True(thread.Join(TimeSpan.FromSeconds(60))));
        lock (_failures)
        {
            Assert.Empty(_failures);
        }
    }

    private void RunTogether(int count, Action<int> work) =>
        Join(Start([.. Enumerable.Range(0, count).Select(worker => (Action)(() => work(worker)))]));
}
