using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>A client that is so slow that the server has to wait is sent everything, in order.</summary>
public sealed class SlowClientTests : IDisposable
{
    private const int Large = 8; // updates, in all more than the sockets hold
    private const int Kept = 10;

    private readonly StateServer _server = StateServer.Start(options: new StoreOptions { MaximumUpdates = Kept });
    private readonly LocalClient _local;
    private readonly StreamLog _slow;

    public SlowClientTests()
    {
        _local = new LocalClient(_server.Store);
        _slow = new StreamLog(_server.Connection);
        _slow.ReadTo(_slow.Subscribe(Ns));
        _slow.StopReading();
        for (byte i = 1; i <= Large; i++)
        {
            _local.Commit(Set("large", Enumerable.Repeat(i, 3_000_000).ToArray()));
        }
    }

    public void Dispose()
    {
        _slow.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_second_subscription_to_the_same_namespace_leaves_nothing_out()
    {
        var again = _slow.Subscribe(Ns);
        var last = SubscribeAndWait("other");
        _slow.ReadOn();
        var lines = _slow.ReadTo(last);
        Assert.Equal([.. AllOfNs(), again, last], lines.Skip(1));
    }

    [Fact]
    public void Missed_updates_of_many_namespaces_come_in_the_order_of_their_commits()
    {
        const int Namespaces = 300;
        for (var i = 0; i < Namespaces; i++)
        {
            SubscribeAndWait($"ns{i}");
        }

        List<string> committed = [];
        void Commit()
        {
            for (var i = 0; i < 1200; i++)
            {
                var ns = $"ns{i * 7 % Namespaces}";
                committed.Add($"update {ns} {_local.Commit(Set("n", committed.Count) with { Namespace = ns }).Revision}");
            }
        }

        Commit();
        committed.Add(SubscribeAndWait("between"));
        Commit();
        _slow.ReadOn();
        var lines = _slow.ReadTo(committed[^1]);
        Assert.Equal(committed, lines.Skip(lines.Count - committed.Count));
    }

    [Fact]
    public void The_end_of_a_subscription_that_fell_behind_comes_after_the_answer_that_began_it()
    {
        var answer = SubscribeAndWait("late");
        for (var i = 0; i < 2 * Kept; i++)
        {
            _local.Commit(Set("n", i) with { Namespace = "late" });
        }

        _slow.ReadOn();
        Assert.Equal([.. AllOfNs(), answer, "lost late"], _slow.ReadTo("lost late").Skip(1));
    }

    private static IEnumerable<string> AllOfNs() => Enumerable.Range(1, Large).Select(revision => $"update {Ns} {revision}");

    /// <summary>Subscribes, and waits until the server has taken this request and all before it.</summary>
    private string SubscribeAndWait(string ns)
    {
        var answer = _slow.Subscribe(ns);
        Assert.True(SpinWait.SpinUntil(() => _server.Store.Follow(ns, feed => feed.IsWatched), Soon));
        return answer;
    }
}
