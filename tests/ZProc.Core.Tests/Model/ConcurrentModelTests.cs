using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Durable;
using ZProc.Core.Tests.Server;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>
/// Four clients in two OS processes at once: their observations are those of the model, which does one operation after the other.
/// The environment variable ZPROC_TEST_SEED repeats their steps; how they meet differs.
/// </summary>
public sealed class ConcurrentModelTests : IDisposable
{
    private const int Clients = 4;

    private static readonly TimeSpan LongestOperation = TimeSpan.FromMilliseconds(50);

    private readonly ITestOutputHelper _output;
    private static readonly StoreOptions Limits = new()
    {
        MaximumValueBytes = StepGenerators.MaximumValueBytes, MaximumUpdates = 1_000_000, MaximumUpdateBytes = 1L << 30, // all are compared at the end
    };

    private StateServer _server = StateServer.Start(CuttableProxy.AnyPort, Limits);
    private LocalClient _local;
    private readonly List<CuttableProxy> _links = [];
    private readonly string[] _namespaces = ["first", "second"];

    public ConcurrentModelTests(ITestOutputHelper output)
    {
        _output = output;
        _local = new LocalClient(_server.Store);
    }

    public void Dispose()
    {
        _server.Dispose();
        _links.ForEach(link => link.Dispose());
    }

    [Fact]
    public void A_hundred_thousand_operations_of_two_processes_are_those_of_the_model()
    {
        var seed = TestSeed.Next(_output);
        TestSeed.Note(seed, () => Run(new WorkloadOrder(seed, 100_000 / Clients, Watches: false, _namespaces), _ => _server.Connection.Text));
    }

    [Theory]
    [InlineData(Durability.Always)]
    [InlineData(Durability.Interval)]
    public void Operations_on_a_durable_state_are_those_of_the_model(Durability durability)
    {
        using var folder = new TemporaryFolder();
        _server.Dispose();
        _server = StateServer.Start(new DurableOptions(folder["state"], durability), CuttableProxy.AnyPort, Limits);
        _local = new LocalClient(_server.Store);
        RunDisturbed(4_000, static (link, _) => link.Cut());

        var updates = _namespaces.Select(ns => _local.GetUpdates(ns, 0).Updates.Count).ToArray();
        _server.Dispose();
        var store = Store.Open(new DurableOptions(folder["state"]), Limits);
        Assert.Equal(updates, _namespaces.Select(ns => (int)store.Summarize(ns).Revision));
        store.Close(new FaultException(Fault.ContextStopped, "stopped"));
    }

    [Fact]
    public void Cuts_lose_nothing_do_nothing_twice_and_keep_every_order() =>
        RunDisturbed(10_000, static (link, _) => link.Cut());

    [Fact]
    public void Disturbed_links_lose_nothing_do_nothing_twice_and_keep_every_order()
    {
        var faults = new LinkFaults(longStalls: 3);
        RunDisturbed(8_000, faults.Begin);
        _output.WriteLine(faults.ToString());
    }

    [Fact(Explicit = true)]
    public void Links_that_are_disturbed_for_long_lose_nothing_do_nothing_twice_and_keep_every_order()
    {
        var faults = new LinkFaults(longStalls: 20);
        RunDisturbed(100_000, faults.Begin);
        _output.WriteLine(faults.ToString());
    }

    private void RunDisturbed(int operations, Action<CuttableProxy, Random> disturb)
    {
        var seed = TestSeed.Next(_output);
        TestSeed.Note(seed, () =>
        {
            _links.AddRange(Enumerable.Range(1, Clients - 1).Select(_ => new CuttableProxy(_server.Connection)));
            var links = _links.Select((link, i) => (Name: WorkingClient.NameOf(i + 1), Link: link)).ToDictionary(pair => pair.Name, pair => pair.Link);
            using var disturber = new LinkDisturber(_local, _namespaces, links, seed, disturb);
            var order = new WorkloadOrder(seed, operations / Clients, Watches: true, _namespaces);
            Run(order, number => _links[number - 1].Connection.Text);
            _output.WriteLine($"{disturber.Times} disturbances");
            Assert.True(disturber.Times > 20);
        });
    }

    private void Run(WorkloadOrder order, Func<int, string> connection)
    {
        using var remote = RemoteClient.Connect(Core.Wire.ConnectionString.Parse(connection(1)), InTime);

        // The local client is so fast that it would be done before the others have begun. A ping after each step slows it down.
        Workload[] here = [new(_local, 0, order) { AfterStep = () => remote.Ping(InTime) }, new(remote, 1, order)];
        using var peer = new PeerProcess(order, 2, [connection(2), connection(3)]);
        peer.Begin();
        var working = here.Select(workload => workload.RunAsync()).ToArray();
        var patience = TimeSpan.FromMinutes(10) + (order.Operations * LongestOperation);
        peer.Wait(patience);
        Assert.True(Task.WaitAll(working, patience));

        var sequence = _local.ObservedSequence;
        var updates = order.Watches ? _namespaces.Select(ns => _local.GetUpdates(ns, 0).Updates).ToArray() : [];
        var revisions = updates.Select(all => all.Last(ChangesKeys).Revision).ToArray();
        peer.Finish(sequence, revisions);
        var watched = here.SelectMany(workload => workload.Finish(sequence, revisions)).Concat(peer.Watched).ToArray();
        Observation[] all = [.. here.SelectMany(workload => workload.TakeLog()), .. peer.Log];
        _output.WriteLine(string.Join(", ", all.GroupBy(KindOf).OrderByDescending(kind => kind.Count()).Select(kind => $"{kind.Count()} {kind.Key}")));

        var judge = new Judge(StepGenerators.MaximumValueBytes) { TurnsMayBeLost = order.Watches };
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
