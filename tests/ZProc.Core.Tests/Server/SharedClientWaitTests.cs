using System.Diagnostics;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>How the waits of threads that share one client end: the thread that receives for all is one of them.</summary>
public sealed class SharedClientWaitTests : ServerTest
{
    [Fact]
    public void A_caller_that_receives_ends_at_once_when_it_is_cancelled_and_the_others_go_on()
    {
        using var holder = Local.AcquireTurn(Ns, Tester);
        for (var i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            using var begun = new ManualResetEventSlim();
            var waiting = TestThreads.Run(() =>
            {
                Remote.Ping(InTime); // the caller has the socket when it begins to wait
                begun.Set();
                Assert.Throws<OperationCanceledException>(() => Remote.AcquireTurn(Ns, Tester, Deadline.Never, cancellation.Token));
            });
            begun.Wait();
            Assert.True(SpinWait.SpinUntil(() => Server.Store.Waiting(Ns) == 1, Soon));
            cancellation.Cancel();
            waiting.Join();
            Assert.Equal(0, Server.Store.Waiting(Ns));
            Remote.Ping(InTime);
        }
    }

    [Fact]
    public void A_reader_that_receives_ends_when_it_is_cancelled_though_nothing_comes()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        for (var i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            using var begun = new ManualResetEventSlim();
            var reader = TestThreads.Run(() =>
            {
                Remote.Ping(InTime);
                begun.Set();
                Assert.Throws<OperationCanceledException>(() => watch.Read(Deadline.Never, cancellation.Token));
            });
            begun.Wait();
            cancellation.Cancel();
            reader.Join();
        }
    }

    [Fact]
    public void A_deadline_holds_for_a_caller_that_receives_while_updates_keep_coming()
    {
        using var holder = Local.AcquireTurn("other", Tester);
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns, Live = true });
        using var ended = new CancellationTokenSource();
        var writer = TestThreads.Run(() =>
        {
            for (var i = 0; !ended.IsCancellationRequested; i++)
            {
                Local.Commit(Set("n", i));
                if (i % 500 == 0)
                {
                    Remote.Ping(InTime); // its answer comes after them: no more than that are on their way
                }
            }
        });
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull(watch.Read(InTime));
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(Fault.Timeout, FaultOf(() => Remote.AcquireTurn("other", Tester, In(0.05))));
            var taken = Stopwatch.GetElapsedTime(began);
            Assert.True(taken >= TimeSpan.FromSeconds(0.05));
            Yardstick.AssertWithin(10, taken);
        }

        ended.Cancel();
        writer.Join();
    }

    [Fact]
    public void When_the_server_dies_every_waiting_caller_learns_of_it()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        using var pinged = new CountdownEvent(2);
        var pings = () =>
        {
            Remote.Ping(InTime);
            pinged.Signal();
            Assert.Equal(Fault.ConnectionLost, FaultOf(() =>
            {
                while (true)
                {
                    Remote.Ping(InTime);
                }
            }));
        };
        var waiting = TestThreads.Run(pings, pings, () => Assert.Equal(Fault.ConnectionLost, FaultOf(() => watch.Read(Deadline.Never))));
        Assert.True(pinged.Wait(Soon));
        var began = Stopwatch.GetTimestamp();
        Server.Abandon();
        waiting.Join();
        Yardstick.AssertWithin(15, Stopwatch.GetElapsedTime(began));
    }

    [Fact]
    public void When_the_context_is_stopped_every_waiting_caller_learns_of_it_at_once()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        var waiting = TestThreads.Run(
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() => watch.Read(Deadline.Never))),
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() =>
            {
                while (true)
                {
                    Remote.Ping(InTime);
                }
            })));
        Server.Dispose();
        waiting.Join();
        Assert.True(Remote.Closed.WaitHandle.WaitOne(Soon)); // cancelled after the waiting callers have been told
    }

    [Fact]
    public void Disposing_of_a_client_ends_every_waiting_caller()
    {
        using var holder = Local.AcquireTurn(Ns, Tester);
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        var waiting = TestThreads.Run(
            () => Assert.Equal(Fault.ConnectionLost, FaultOf(() => Remote.Commit(Set("a", 1)))), // the server has it
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() => watch.Read(Deadline.Never))),
            () => Assert.Equal(Fault.ContextStopped, FaultOf(() =>
            {
                while (true)
                {
                    Remote.Ping(InTime);
                }
            })));
        Assert.True(SpinWait.SpinUntil(() => Server.Store.Waiting(Ns) == 1, Soon));
        Remote.Dispose();
        waiting.Join();
    }
}
