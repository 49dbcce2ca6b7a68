using ZProc.Core.Client;
using ZProc.Core.Tests.Faults;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>Servers of the Redis protocol that are killed, suspended, emptied, or that cut their clients off.</summary>
public sealed class RedisFaultTests
{
    private const int Writers = 4;
    private const int CommitsOfEach = 500;

    private static readonly TimeSpan Suspension = TimeSpan.FromSeconds(5);

    private readonly string _context = EngineServer.NewContext();
    private readonly ITestOutputHelper _output;

    public RedisFaultTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void A_killed_server_that_starts_again_has_every_acknowledged_commit_once()
    {
        RedisProgram.SkipUnlessInstalled();
        using var server = new RedisServer(answersFromDisk: true);
        Disturb(server, mayBeUnknown: true, _ =>
        {
            server.Kill();
            server.Restart();
        });
    }

    [Fact]
    public void A_suspended_server_loses_nothing_and_does_nothing_twice()
    {
        RedisProgram.SkipUnlessInstalled();
        Signals.SkipUnlessKnown();
        using var server = new RedisServer();
        Disturb(server, mayBeUnknown: false, _ =>
        {
            server.Stop();
            Thread.Sleep(Suspension);
            server.Continue();
        });
    }

    [Fact]
    public void A_context_of_another_version_is_refused_and_left_as_it_is()
    {
        RedisProgram.SkipUnlessInstalled();
        using var server = new RedisServer(persistent: false);
        using (var client = server.Connect(_context))
        {
            client.Commit(Set("a", 1));
        }

        server.Command("HSET", $"{{zproc:{_context}}}:meta", "format", "999");
        var before = server.KeysOf(_context);
        var fault = Assert.Throws<FaultException>(() => server.Connect(_context));
        Assert.Equal(Fault.CannotConnect, fault.Fault);
        Assert.Contains("another version of ZProc (format 999)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, server.KeysOf(_context));
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Clients_that_are_cut_off_at_random_lose_nothing_and_do_nothing_twice(EngineKind kind)
    {
        using var server = EngineServers.Start(kind);
        var (random, cuts) = (new Random(1), 0);
        Disturb(server, mayBeUnknown: false, progress =>
        {
            while (progress() < Writers * CommitsOfEach)
            {
                server.Command("CLIENT", "KILL", "TYPE", random.Next(2) == 0 ? "normal" : "pubsub", "SKIPME", "yes");
                cuts++;
                var next = progress() + random.Next(20, 100);
                Assert.True(SpinWait.SpinUntil(() => progress() >= Math.Min(next, Writers * CommitsOfEach), Soon));
            }
        });
        _output.WriteLine($"{cuts} cuts");
        Assert.True(cuts > 10);
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Clients_in_other_processes_that_are_cut_off_keep_their_turns_apart(EngineKind kind)
    {
        const int Cuts = 20;
        using var server = EngineServers.Start(kind);
        using var observer = server.Connect(_context);
        using var one = new Endurance(server.AddressText(_context), "one", "two");
        using var other = new Endurance(server.AddressText(_context), "three");
        for (var cut = 0; cut < Cuts; cut++)
        {
            Endurance.WaitForWrites(observer, 20, "one", "two", "three");
            server.Command("CLIENT", "KILL", "TYPE", cut % 2 == 0 ? "normal" : "pubsub", "SKIPME", "yes");
        }

        EnduranceReport[] reports = [.. one.End(), .. other.End()];
        Array.ForEach(reports, report => _output.WriteLine(report.ToString()));
        Endurance.Check(observer, reports);
        Assert.All(reports, report => Assert.Null(report.Failure));
        Assert.Equal(0, reports.Sum(report => report.Unknown + report.TurnsUnknown));
    }

    [Theory]
    [InlineData(EngineKind.Redis, true)]
    [InlineData(EngineKind.Redis, false)]
    [InlineData(EngineKind.Garnet, true)]
    [InlineData(EngineKind.Garnet, false)]
    public void An_emptied_server_is_a_new_incarnation_and_never_a_silent_reset(EngineKind kind, bool isMadeAnew)
    {
        using var server = EngineServers.Start(kind);
        CheckReset(server, isMadeAnew, () => server.Command("FLUSHALL"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_starts_again_without_its_state_is_a_new_incarnation(bool isMadeAnew)
    {
        RedisProgram.SkipUnlessInstalled();
        using var server = new RedisServer(persistent: false);
        CheckReset(server, isMadeAnew, () =>
        {
            server.Kill();
            server.Restart();
        });
    }

    /// <summary>Lets clients commit while something happens, and compares what they were told with the history.</summary>
    /// <param name="server">The server.</param>
    /// <param name="mayBeUnknown">Whether a client may lose its connection for good.</param>
    /// <param name="disturb">The disturbance, which begins in the middle. Its argument says how many commits are acknowledged.</param>
    private void Disturb(EngineServer server, bool mayBeUnknown, Action<Func<int>> disturb)
    {
        var clients = Enumerable.Range(0, Writers).Select(_ => server.Connect(_context)).ToArray();
        using var watcher = server.Connect(_context);
        var watch = new WatchLog(watcher);
        NumberedCommits[] commits = [.. clients.Select((client, number) => new NumberedCommits(client, $"writer {number}"))];
        int Progress() => commits.Sum(each => each.Acknowledged);
        var writing = TestThreads.Run([.. commits.Select(each => new Action(() => each.Make(CommitsOfEach)))]);
        Assert.True(SpinWait.SpinUntil(() => Progress() > CommitsOfEach / 2, Soon));
        disturb(Progress);
        writing.Join(2 * Soon);

        using var late = server.Connect(_context);
        var updates = late.GetUpdates(Ns, 0).Updates;
        watch.Finish(updates.Count);
        _output.WriteLine($"{Progress()} acknowledged, {commits.Sum(each => each.Unknown)} unknown, {updates.Count} made; the watch saw {watch.Revision}, {watch.Ended?.ToString() ?? "and goes on"}");
        NumberedCommits.CheckCounter(updates);
        Assert.All(commits, each => each.Check(updates));
        Assert.Equal(updates.Count, late.Get(Ns, NumberedCommits.Counter, fresh: true)!.Value.Value.Plain());
        if (mayBeUnknown)
        {
            Assert.True(watch.Ended is null or Fault.ConnectionLost);
        }
        else
        {
            Assert.Equal(Writers * CommitsOfEach, Progress());
            Assert.Null(watch.Ended);
            Assert.All(clients, client => Assert.Null(client.Failure));
        }

        Array.ForEach(clients, client => client.Dispose());
    }

    private void CheckReset(EngineServer server, bool isMadeAnew, Action reset)
    {
        using var client = server.Connect(_context);
        client.Commit(Set("a", 1));
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        reset();
        IClient? second = null;
        if (isMadeAnew)
        {
            second = server.Connect(_context);
            second.Commit(Set("a", 2));
        }

        Assert.Equal(Fault.ConnectionLost, FaultOf(() => watch.Read(InTime)));
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => client.Get(Ns, "a")));
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => client.Get(Ns, "a", fresh: true)));
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => client.Commit(Increment("a", 1), InTime)));
        Assert.True(client.Closed.WaitHandle.WaitOne(Soon));
        second ??= server.Connect(_context);
        Assert.NotEqual(client.Incarnation, second.Incarnation);
        Assert.Equal(isMadeAnew ? 2 : null, second.Get(Ns, "a", fresh: true)?.Value.Plain());
        second.Dispose();
    }
}
