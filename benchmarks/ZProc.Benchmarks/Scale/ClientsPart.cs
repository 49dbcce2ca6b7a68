using System.Globalization;
using ZProc.Core.Client;
using ZProc.Core.Server;

namespace ZProc.Benchmarks.Scale;

/// <summary>The part about remote clients, in a few OS processes.</summary>
internal sealed class ClientsPart : ScalePart
{
    private const string Connect = "connect";
    private const string IdleWrite = "write, others idle";
    private const string BusyWrite = "write, all writing";
    private const string Rate = "acknowledged writes";
    private const string WatchedRate = "the same, all watching";
    private const string Spread = "update to all watchers";
    private const string ServerMemory = "server, per client";
    private const string ServerThreads = "server threads";
    private const string ClientMemory = "client side, per client";
    private const string ClientThreads = "client threads";
    private const int Processes = 4;
    private const int Many = 10; // the memory of fewer clients is too small beside that of their processes
    private const int HistoryCount = 10_000;
    private const int Updates = 31;

    private static readonly int[] Counts = [1, 2, 5, 10, 20, 50, 100, 200];

    public override string Name => "clients";

    public override string Method => $"""
        The clients are remote, each with a connection of its own, in {Processes} OS processes. One more client, in a process of its own,
        measures. *{Connect}*: until one more client can be used. *{IdleWrite}*: an acknowledged write of the measuring client while
        the others are connected and silent. *{BusyWrite}* and *{Rate}*: all clients write for a second, each as soon as its last write is
        acknowledged; the figures are the median time of one write, and the number of writes of all. *{WatchedRate}*: all clients also
        watch the namespace, so the server sends every write to every client. *{Spread}*: from a commit in the server's process
        until the last client has it, when all clients watch the key (median of {Updates} updates).
        """;

    public override IReadOnlyList<Panel> Panels =>
    [
        new("Clients: time", "time", Connect, IdleWrite, BusyWrite, Spread),
        new("Clients: writes of all together", "per second", Rate, WatchedRate),
        new("Clients: memory", "bytes per client", ServerMemory, ClientMemory),
    ];

    public override IReadOnlyList<string> Costs => [Connect, IdleWrite, BusyWrite, Rate, WatchedRate, Spread];

    public override IReadOnlyList<string> Memory => [ServerMemory, ClientMemory];

    public override void Measure(PartResult result)
    {
        using var server = StateServer.Start();
        using var local = new LocalClient(server.Store);
        var writer = new StateUser(local);
        writer.Set("go", 0L);

        using var probe = new RemoteGroupProcess(server.Connection);
        probe.Figure("connect 1");
        probe.Figures("write 2000 work"); // compiles the code, and fills the history
        var groups = Enumerable.Range(0, Processes).Select(_ => new RemoteGroupProcess(server.Connection)).ToArray();
        try
        {
            WarmUp(groups);
            for (var i = 0; i < HistoryCount; i++)
            {
                writer.Set("go", (long)i); // fills the history, so that its memory does not count for the clients
            }

            var resident = Footprint.Resident();
            foreach (var n in Counts)
            {
                Measure(n, groups, probe, writer, resident, result);
            }
        }
        finally
        {
            foreach (var group in groups)
            {
                group.Dispose();
            }
        }
    }

    public override string Bend(PartResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"The processors bound the writes of all clients together ({Quantity.Format(result[Rate].Points.Max(point => point.Value), Unit.Rate)} at most). So the time of one write grows with the number of writers. When all clients watch, each write is one message for each client: {Quantity.Format(result[WatchedRate].Last, Unit.Rate)}, which are {Quantity.Format(result[WatchedRate].Last * Counts[^1], Unit.Count)} messages.");

    public override string Explain(PartResult result) => string.Create(CultureInfo.InvariantCulture, $"""
        The server has a thread for each client. With {Counts[^1]} clients the server's process had {result[ServerThreads].Last:0} threads, with one client {result[ServerThreads].Points[0].Value:0}. Each client has one thread in its own process. The threads of the runtime come to that.

        The server encodes an update once, and sends it to each watcher in turn. Here the server and the watchers share {Environment.ProcessorCount} processors. So the
        watchers take most of the time until the last one has the update, because the thread of each client has to wake once.
        """);

    /// <summary>Carries out each operation once, so that later figures do not include the compiler.</summary>
    private static void WarmUp(RemoteGroupProcess[] groups)
    {
        foreach (var request in new[] { "connect 2", "watch go", "write 300 work", "write 300", "memory", "leave" })
        {
            All(groups, request);
        }
    }

    private static void Measure(
        int n, RemoteGroupProcess[] groups, RemoteGroupProcess probe, StateUser writer, double resident, PartResult result)
    {
        var active = groups.Take(n).ToArray();
        var before = All(active, "memory").Sum(figures => figures[0]);
        result.Add(Connect, Unit.Time, n, Statistics.Median(active.Select((group, i) =>
            group.Figure(string.Create(CultureInfo.InvariantCulture, $"connect {(n + active.Length - 1 - i) / active.Length}"))).ToArray()));
        All(active, "watch go");
        result.Add(IdleWrite, Unit.Time, n, probe.Figures("write 500 work")[1]);
        probe.Begin("write 1000 work");
        var written = All(active, "write 1000 work");
        _ = probe.End();
        result.Add(BusyWrite, Unit.Time, n, Statistics.Median(written.Select(figures => figures[1]).ToArray()));
        result.Add(Rate, Unit.Rate, n, written.Sum(figures => figures[0]));
        result.Add(Spread, Unit.Time, n, Statistics.Median(Enumerable.Range(0, Updates).Select(_ => Propagate(active, writer)).ToArray()));
        var share = (Footprint.Resident() - resident) / n;
        var memory = All(active, "memory");
        if (n >= Many)
        {
            result.Add(ServerMemory, Unit.Bytes, n, share);
            result.Add(ClientMemory, Unit.Bytes, n, (memory.Sum(figures => figures[0]) - before) / n);
        }

        result.Add(ServerThreads, Unit.Count, n, Footprint.Threads());
        result.Add(ClientThreads, Unit.Count, n, memory.Sum(figures => figures[1]));
        result.Add(WatchedRate, Unit.Rate, n, All(active, "write 1000").Sum(figures => figures[0])); // last, because it fills the replicas' histories
        All(active, "leave");
    }

    /// <summary>Measures the time from a commit until the last client has it.</summary>
    private static double Propagate(RemoteGroupProcess[] groups, StateUser writer)
    {
        All(groups, "arm");
        foreach (var group in groups)
        {
            group.Begin("arrived");
        }

        var begin = Clock.Now;
        writer.Set("go", begin);
        return groups.Max(group => group.End()[0]) - begin;
    }

    private static double[][] All(RemoteGroupProcess[] groups, string request)
    {
        foreach (var group in groups)
        {
            group.Begin(request);
        }

        return [.. groups.Select(group => group.End())];
    }
}
