using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>Many threads share one client: one of the waiting callers receives for all.</summary>
public sealed class SharedClientTests : ServerTest
{
    [Fact]
    public void Fifty_threads_share_a_client_and_each_sees_its_own_writes()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        var failures = 0;
        TestThreads.RunTogether(50, worker =>
        {
            for (var i = 0; i < 100; i++)
            {
                var result = Remote.Commit(Set($"k{worker}", i));
                Remote.Commit(Increment("sum", 1));
                if (!Equals(Remote.Get(Ns, $"k{worker}")!.Value.Value.Plain(), i) || result.Sequence > Remote.ObservedSequence)
                {
                    Interlocked.Increment(ref failures);
                }
            }
        });
        Assert.Equal(0, failures);
        Assert.Equal(5000, Remote.Get(Ns, "sum")!.Value.Value.Plain());
        for (var revision = 1; revision <= 10_000; revision++)
        {
            Assert.Equal(revision, watch.Read(InTime)!.Revision);
        }
    }

    [Fact]
    public void Watches_writers_and_unwaited_writes_share_a_client()
    {
        const int Updates = 500;
        var readers = new List<Action>();
        for (var i = 0; i < 4; i++)
        {
            var watch = Remote.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["n"]) });
            readers.Add(() =>
            {
                for (var n = 1; n <= Updates; n++)
                {
                    Assert.Equal(n, watch.Read(InTime)!.Changes[0].After!.Value.Plain());
                }

                watch.Dispose();
            });
        }

        var replies = new List<Task<CommitResult>>();
        TestThreads.RunTogether(6, worker =>
        {
            switch (worker)
            {
                case < 4:
                    readers[worker]();
                    break;
                case 4:
                    for (var n = 1; n <= Updates; n++)
                    {
                        Remote.Commit(Set("n", n));
                    }

                    break;
                default:
                    for (var n = 1; n <= Updates; n++)
                    {
                        replies.Add(Remote.CommitAsync(Increment("other", 1)));
                    }

                    break;
            }
        });
        Assert.True(Task.WaitAll([.. replies], Soon));
        Assert.Equal(Updates, Local.Get(Ns, "other")!.Value.Value.Plain());
    }

    [Fact]
    public void A_client_beats_while_a_caller_waits_for_long()
    {
        using var mine = Remote.AcquireTurn("mine", Tester);
        using var holder = Local.AcquireTurn(Ns, Tester);
        Remote.Ping(InTime);
        Assert.Equal(Fault.Timeout, FaultOf(() => Remote.AcquireTurn(Ns, Tester, In(4)))); // longer than the silence that costs a turn
        Server.TickNow();
        Assert.True(Remote.Commit(new CommitRequest("mine", Tester, [new Change(ChangeKind.Set, "a", V(1))], mine.Id)).Changed);
    }

    [Fact]
    public void An_unwaited_write_right_after_an_answer_is_sent_without_another_call()
    {
        for (var i = 0; i < 200; i++)
        {
            Remote.Ping(InTime);
            Assert.True(Remote.CommitAsync(Increment("n", 1)).Wait(Soon));
        }
    }

    [Fact]
    public void A_large_answer_comes_while_other_callers_go_on()
    {
        var large = new byte[3 * 1024 * 1024];
        Local.Commit(Set("large", large));
        TestThreads.RunTogether(4, worker =>
        {
            for (var i = 0; i < 10; i++)
            {
                if (worker == 0)
                {
                    Assert.Equal(large.Length, ((byte[])Remote.Get(Ns, "large", fresh: true)!.Value.Value.Plain()!).Length);
                }
                else
                {
                    Remote.Commit(Increment("n", 1));
                }
            }
        });
        Assert.Equal(30, Local.Get(Ns, "n")!.Value.Value.Plain());
    }
}
