using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Client;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>
/// No read is older than the newest state that its process has seen, however far the stream is behind. The link of the client
/// holds the server's messages back and passes them on together.
/// </summary>
public sealed class HonestReadTests : ServerTest
{
    private const string Key = "n";
    private const int Rounds = 20;
    private const int Pile = 300;

    // Names so long that any request is longer than all signs of life that a client sends within the silence allowed.
    private const int RequestBytes = 700;
    private const int PingBytes = 1; // no longer than a sign of life, after which the answer may come too early to show a fault
    private static readonly string First = "first ".PadRight(RequestBytes, '1');
    private static readonly string Second = "second ".PadRight(RequestBytes, '2');

    private readonly Watch _replica;
    private readonly Watch _otherReplica;
    private int _last;

    public HonestReadTests()
        : base(throughLink: true)
    {
        _replica = Remote.Watch(new WatchOptions { Namespace = First });
        _otherReplica = Remote.Watch(new WatchOptions { Namespace = Second });
    }

    public static TheoryData<string> Namespaces => [First, Second];

    [Fact]
    public void Own_acknowledged_writes_are_read()
    {
        for (var round = 0; round < Rounds; round++)
        {
            Link.ToClients.Hold();
            Write(First, Pile);
            var commits = new[] { First, Second }.Select(ns => Remote.CommitAsync(SetLast(ns))).ToArray();
            Link.ToClients.Release();
            Assert.True(Task.WaitAll(commits, Soon));
            Assert.Equal(_last - 1, Read(First));
            Assert.Equal(_last, Read(Second));
        }
    }

    [Fact]
    public void An_own_write_is_read_however_much_longer_its_update_is_than_its_answer()
    {
        for (byte round = 1; round <= Rounds; round++)
        {
            Remote.Commit(new CommitRequest(First, Tester, [new Change(ChangeKind.Set, Key, V(Enumerable.Repeat(round, 2_000_000).ToArray()))]));
            Assert.Equal(round, ((byte[])Remote.Get(First, Key)!.Value.Value.Plain()!)[^1]);
        }
    }

    [Fact]
    public void After_a_read_that_the_server_answered_the_replica_is_as_new()
    {
        for (var round = 0; round < Rounds; round++)
        {
            Link.ToClients.Hold();
            Write(First, Pile);
            Write(Second, 1);
            var answered = WhileHeld(() => Read(Second, fresh: true));
            Assert.Equal(_last, answered);
            Assert.Equal(_last - 1, Read(First));
            Assert.Equal(_last, Read(Second));
        }
    }

    [Fact]
    public void Reads_never_go_back_while_a_replica_is_made()
    {
        using var ended = new CancellationTokenSource();
        for (var round = 0; round < Rounds; round++)
        {
            var ns = $"{First[..^10]}{round}";
            var writing = Task.Run(() =>
            {
                for (var i = 1; i <= 500; i++)
                {
                    Local.Commit(new CommitRequest(ns, Tester, [new Change(ChangeKind.Set, Key, V(i))]));
                }
            });
            for (var seen = 0; seen < 500;)
            {
                var next = Read(ns) ?? 0;
                Assert.True(next >= seen, $"{next} was read after {seen}");
                seen = next;
            }

            Assert.True(writing.Wait(Soon));
        }
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void A_read_is_as_new_as_a_sequence_learned_elsewhere(string ns)
    {
        Link.ToClients.Hold();
        Write(First, 1);
        Write(Second, 1);
        Remote.Observe(Local.ObservedSequence);
        Assert.Equal(ns == First ? _last - 1 : _last, WhileHeld(() => Read(ns)));
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void A_snapshot_is_as_new_as_a_sequence_learned_elsewhere(string ns)
    {
        Link.ToClients.Hold();
        Write(First, 1);
        Write(Second, 1);
        Remote.Observe(Local.ObservedSequence);
        var snapshot = WhileHeld(() => Remote.GetSnapshot(ns));
        Assert.Equal(1, snapshot.Revision);
        Assert.Equal(2, snapshot.Sequence);
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void The_history_is_as_new_as_a_sequence_learned_elsewhere(string ns)
    {
        Link.ToClients.Hold();
        Write(First, 1);
        Write(Second, 1);
        Remote.Observe(Local.ObservedSequence);
        Assert.Single(WhileHeld(() => Remote.GetUpdates(ns, 0)).Updates);
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void A_summary_is_as_new_as_a_sequence_learned_elsewhere(string ns)
    {
        Link.ToClients.Hold();
        Write(First, 1);
        Write(Second, 1);
        Remote.Observe(Local.ObservedSequence);
        Assert.Equal(1, WhileHeld(() => Remote.Summarize(ns)).Revision);
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void A_watch_begins_no_earlier_than_a_sequence_learned_elsewhere(string ns)
    {
        Link.ToClients.Hold();
        Write(First, 1);
        Write(Second, 1);
        Remote.Observe(Local.ObservedSequence);
        using var watch = WhileHeld(() => Remote.Watch(new WatchOptions { Namespace = ns }), PingBytes);
        Assert.Equal(1, watch.StartRevision);
    }

    [Theory]
    [MemberData(nameof(PastReads.All), MemberType = typeof(PastReads))]
    public void A_revision_that_the_copy_has_not_seen_is_asked_for(string way)
    {
        Link.ToClients.Hold();
        Write(First, 2);
        Assert.Equal(_last, WhileHeld(() => PastReads.Read(way, Remote, First, Key, 2)));
    }

    [Fact]
    public void Updates_after_a_revision_that_the_copy_has_not_seen_are_asked_for()
    {
        Link.ToClients.Hold();
        Write(First, 3);
        Assert.Equal([3L], WhileHeld(() => Remote.GetUpdates(First, 2)).Updates.Select(update => update.Revision));
    }

    [Fact]
    public void The_holder_of_a_turn_reads_all_earlier_commits()
    {
        for (var round = 0; round < Rounds; round++)
        {
            Link.ToClients.Hold();
            Write(Second, Pile);
            Write(First, Pile);
            using var turn = WhileHeld(() => Remote.AcquireTurn(First, Tester));
            Assert.Equal(_last, Read(First));
            Assert.Equal(_last - Pile, Read(Second));
            Assert.Equal(turn.Revision, Remote.GetSnapshot(First).Revision);
        }
    }

    [Theory]
    [InlineData("a commit")]
    [InlineData("a read")]
    [InlineData("a turn")]
    public void An_answer_never_overtakes_earlier_commits_however_far_behind_the_client_is(string what)
    {
        // In all more than the server sends ahead of acknowledgements.
        var values = Enumerable.Range(1, 8).Select(static i => V(Enumerable.Repeat((byte)i, 3_000_000).ToArray())).ToArray();
        Link.ToClients.Hold();
        foreach (var value in values)
        {
            Local.Commit(new CommitRequest(First, Tester, [new Change(ChangeKind.Set, "large", value)]));
        }

        WhileHeld<object?>(() => what switch
        {
            "a commit" => Remote.Commit(SetLast(Second)),
            "a read" => Read(Second, fresh: true),
            _ => Remote.AcquireTurn(Second, Tester),
        });
        Assert.Equal(8, Remote.Get(First, "large")!.Value.Revision);
    }

    [Fact]
    public void After_a_watch_has_shown_an_update_all_earlier_commits_are_read_in_every_namespace()
    {
        for (var round = 0; round < Rounds; round++)
        {
            Link.ToClients.Hold();
            Write(Second, Pile);
            Write(First, 1);
            Link.ToClients.Release();
            var update = _replica.Read(InTime);
            Assert.Equal(_last, update!.Changes[0].After!.Value.Plain());
            Assert.Equal(_last - 1, Read(Second));
            Assert.True(_otherReplica.TryRead(out _));
        }
    }

    [Fact]
    public void A_callback_of_an_update_can_pass_on_its_sequence()
    {
        using var heard = new ManualResetEventSlim();
        var known = 0L;
        _replica.OnAvailable(() =>
        {
            known = Remote.ObservedSequence;
            heard.Set();
        });
        var sequence = Local.Commit(SetLast(First)).Sequence;
        Assert.True(heard.Wait(Soon));
        Assert.Equal(sequence, known);
    }

    [Fact]
    public void A_sign_of_life_tells_of_no_update_that_comes_after_it()
    {
        using var stream = new RecordedStream(Server.Connection, First);
        var beating = Task.Run(() =>
        {
            while (stream.Beats < 1000)
            {
                var before = stream.Beats;
                Server.TickNow();
                Assert.True(SpinWait.SpinUntil(() => stream.Beats > before, Soon));
            }
        });
        while (!beating.IsCompleted)
        {
            Write(First, 20);
            var newest = Local.ObservedSequence;
            Assert.True(SpinWait.SpinUntil(() => stream.Updated == newest, Soon));
        }

        Assert.True(beating.IsCompletedSuccessfully);
        Assert.Equal(0, stream.Early);
    }

    private CommitRequest SetLast(string ns) => new(ns, Tester, [new Change(ChangeKind.Set, Key, V(++_last))]);

    private void Write(string ns, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Local.Commit(SetLast(ns));
        }
    }

    private int? Read(string ns, bool fresh = false) => (int?)Remote.Get(ns, Key, fresh)?.Value.Plain();

    /// <summary>
    /// Runs an honest read, which has to ask the server, and passes the answer on only after the request. On a busy machine the client may
    /// have been held up for so long that it connects again first.
    /// </summary>
    private T WhileHeld<T>(Func<T> work, int requestBytes = RequestBytes)
    {
        var asked = Link.FromClients.WhenPassed(requestBytes);
        var reconnected = Link.WhenConnected();
        var done = Task.Factory.StartNew(work, TaskCreationOptions.LongRunning);
        Assert.True(Task.WaitAny([asked, reconnected, done], Soon) >= 0);
        Link.ToClients.Release();
        Assert.True(done.Wait(Soon));
        return done.Result;
    }
}
