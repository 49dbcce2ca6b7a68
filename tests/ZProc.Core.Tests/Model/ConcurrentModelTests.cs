using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Tests.Engines;
using ZProc.Core.Tests.Server;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>
/// Four clients in two OS processes at once: their observations are those of the model, which does one operation after the other.
/// The environment variable ZPROC_TEST_SEED repeats their steps; how they meet differs.
/// </summary>
public sealed class ConcurrentModelTests
{
    private const int Clients = 4;

    private static readonly TimeSpan LongestOperation = TimeSpan.FromMilliseconds(50);

    private readonly ITestOutputHelper _output;
    private readonly EngineServers _servers;
    private readonly string[] _namespaces = ["first", "second"];

    public ConcurrentModelTests(ITestOutputHelper output, EngineServers servers)
    {
        _output = output;
        _servers = servers;
    }

    [Theory]
    [InlineData(GroundKind.OwnServer, 100_000)]
    [InlineData(GroundKind.Redis, 20_000)]
    [InlineData(GroundKind.Garnet, 10_000)]
    public void Operations_of_two_processes_are_those_of_the_model(GroundKind kind, int operations)
    {
        var seed = TestSeed.Next(_output);
        TestSeed.Note(seed, () =>
        {
            using var ground = Ground.Create(kind, _servers);
            Run(ground, new WorkloadOrder(seed, operations / Clients, Watches: false, _namespaces), _ => ground.Address());
        });
    }

    [Theory]
    [InlineData(GroundKind.OwnServer, 10_000)]
    [InlineData(GroundKind.DurableAlways, 4_000)]
    [InlineData(GroundKind.DurableInterval, 4_000)]
    [InlineData(GroundKind.Redis, 5_000)]
    [InlineData(GroundKind.Garnet, 4_000)]
    public void Cuts_lose_nothing_do_nothing_twice_and_keep_every_order(GroundKind kind, int operations) =>
        RunDisturbed(kind, operations, static (link, _) => link.Cut());

    [Theory]
    [InlineData(GroundKind.OwnServer, 8_000)]
    [InlineData(GroundKind.Redis, 4_000)]
    [InlineData(GroundKind.Garnet, 4_000)]
    public void Disturbed_links_lose_nothing_do_nothing_twice_and_keep_every_order(GroundKind kind, int operations)
    {
        var faults = new LinkFaults(longStalls: 3);
        RunDisturbed(kind, operations, faults.Begin);
        _output.WriteLine(faults.ToString());
    }

    [Theory(Explicit = true)]
    [InlineData(GroundKind.OwnServer, 100_000)]
    [InlineData(GroundKind.Redis, 15_000)]
    [InlineData(GroundKind.Garnet, 15_000)]
    public void Links_that_are_disturbed_for_long_lose_nothing_do_nothing_twice_and_keep_every_order(GroundKind kind, int operations)
    {
        var faults = new LinkFaults(longStalls: 20);
        RunDisturbed(kind, operations, faults.Begin);
        _output.WriteLine(faults.ToString());
    }

    private void RunDisturbed(GroundKind kind, int operations, Action<CuttableProxy, Random> disturb)
    {
        var seed = TestSeed.Next(_output);
        TestSeed.Note(seed, () =>
        {
            using var ground = Ground.Create(kind, _servers);
            var links = Enumerable.Range(1, Clients - 1).ToDictionary(WorkingClient.NameOf, _ => ground.AddLink());
            using (var disturber = new LinkDisturber(ground.Observer, _namespaces, links, seed, disturb))
            {
                var order = new WorkloadOrder(seed, operations / Clients, Watches: true, _namespaces);
                Run(ground, order, number => ground.Address(links[WorkingClient.NameOf(number)]));
                _output.WriteLine($"{disturber.Times} disturbances");
                Assert.True(disturber.Times > 20);
            }

            var revisions = _namespaces.Select(ns => ground.Observer.Summarize(ns, fresh: true).Revision).ToArray();
            Assert.Equal(revisions, ground.Reopen(_namespaces));
        });
    }

    private void Run(Ground ground, WorkloadOrder order, Func<int, string> address)
    {
        using var second = PeerClient.Connect(address(1), InTime);

        // The local client is so fast that it would be done before the others have begun. A ping after each step slows it down.
        Action? slowDown = ground.Observer is LocalClient ? () => second.Ping(InTime) : null;
        Workload[] here = [new(ground.Observer, 0, order) { AfterStep = slowDown }, new(second, 1, order)];
        using var peer = new PeerProcess(order, 2, [address(2), address(3)]);
        peer.Begin();
        var working = here.Select(workload => workload.RunAsync()).ToArray();
        var patience = TimeSpan.FromMinutes(10) + (order.Operations * LongestOperation);
        peer.Wait(patience);
        Assert.True(Task.WaitAll(working, patience));

        var sequence = ground.Sequence;
        var updates = order.Watches ? _namespaces.Select(ns => ground.Observer.GetUpdates(ns, 0).Updates).ToArray() : [];
        var revisions = updates.Select(all => all.Last(ChangesKeys).Revision).ToArray();
        peer.Finish(sequence, revisions);
        var watched = here.SelectMany(workload => workload.Finish(sequence, revisions)).Concat(peer.Watched).ToArray();
        Observation[] all = [.. here.SelectMany(workload => workload.TakeLog()), .. peer.Log];
        _output.WriteLine(string.Join(", ", all.GroupBy(KindOf).OrderByDescending(kind => kind.Count()).Select(kind => $"{kind.Count()} {kind.Key}")));

        var judge = new Judge(ground.MaximumValueBytes) { TurnsMayBeLost = order.Watches };
        var check = new HistoryCheck(judge, all);
        check.Run();
        Assert.Equal(sequence, judge.Timeline.Sequence);
        Assert.True(all.Length >= Clients * order.Operations);
        Assert.Equal(Clients * updates.Length, watched.Length);
        for (var i = 0; i < watched.Length; i++)
        {
            var space = i % updates.Length;
            check.CheckUpdates(_namespaces[space], updates[space]);
            Assert.Equal(updates[space].Where(ChangesKeys).Select(WatchedUpdates.FingerprintOf), watched[i]);
        }
    }

    // The removal of an empty namespace is an update that a watch does not see: no key goes.
    private static bool ChangesKeys(Update update) => update.Changes.Count > 0;

    private static string KindOf(Observation seen) => seen switch
    {
        { Result: { } result } => result.Changed ? "changed" : "unchanged",
        { Fault: { } fault } => fault.Fault.ToString(),
        _ => seen.Kind.ToString(),
    };
}
