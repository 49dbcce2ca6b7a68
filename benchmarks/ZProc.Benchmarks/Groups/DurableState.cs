using System.Diagnostics;
using System.Globalization;
using ZProc.Benchmarks.Callers;
using ZProc.Benchmarks.Peers;
using ZProc.Benchmarks.Yardsticks;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Groups;

/// <summary>
/// A state on disk beside the same in memory, a SQLite database that its writers open themselves, and Redis that flushes its log before each
/// reply. All are on the disk of the checkout.
/// </summary>
internal sealed class DurableState : Group
{
    private const int Milliseconds = 500;
    private const int Messages = 20_000;
    private const int Keys = 1_000_000;
    private const int KeysAtOnce = 10_000;

    private static readonly int[] Clients = [1, 20, 200];

    public override string Name => "state on disk";

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        .. Clients.SelectMany(Of),
        new("pipelined write, -Durability Always", "µs", "pipeline, always", null, new Yardstick("in memory", "pipeline, memory"), new Yardstick("Redis SET, 100 at a time, appendfsync always", "redis-pipeline")),
        new("open 1,000,000 keys", "ms", "open", null, new Yardstick("SQLite alone, all rows read", "sqlite open")),
    ];

    public override void Measure(int repetitions, Figures figures)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "out", $"benchmark-{Environment.ProcessId}"));
        try
        {
            MeasureWrites(repetitions, figures, folder.FullName);
            MeasureOpening(repetitions, figures, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void MeasureWrites(int repetitions, Figures figures, string folder)
    {
        using var memory = new PeerProcess(ServerPeer.Role);
        using var always = new PeerProcess(ServerPeer.Role, Path.Combine(folder, "always"), nameof(Durability.Always));
        using var interval = new PeerProcess(ServerPeer.Role, Path.Combine(folder, "interval"), nameof(Durability.Interval));
        using var redis = RedisServer.Start(folder, flushes: true);
        using var callers = new PeerProcess(CallerPeer.Role);
        List<(string Series, string What, string Address)> calls =
        [
            ("memory", "write", memory.End()), ("always", "write", always.End()), ("interval", "write", interval.End()), ("sqlite", "sqlite-write", Path.Combine(folder, "alone.db")),
        ];
        if (redis is not null)
        {
            calls.Add(("redis", "redis-set", redis.Path));
        }

        foreach (var _ in figures.Rounds(repetitions))
        {
            foreach (var clients in Clients)
            {
                foreach (var (series, what, address) in calls)
                {
                    figures.Add(Series(series, clients), callers.Ask($"{what} {address} {clients} {Milliseconds}"));
                }
            }

            foreach (var (series, _, address) in calls[..2])
            {
                figures.Add($"pipeline, {series}", callers.Ask($"pipeline {address} {Messages}"));
            }

            if (redis is not null)
            {
                figures.Add("redis-pipeline", callers.Ask($"redis-pipeline {redis.Path} {Messages}"));
            }
        }
    }

    private static void MeasureOpening(int repetitions, Figures figures, string folder)
    {
        var state = new DurableOptions(Path.Combine(folder, "large"));
        var alone = Path.Combine(folder, "large.db");
        using (var server = StateServer.Start(state))
        using (var client = new LocalClient(server.Store))
        {
            var source = new Source(client.Id, "benchmark", Environment.ProcessId);
            for (var first = 0; first < Keys; first += KeysAtOnce)
            {
                client.Commit(new CommitRequest("default", source, [
                    .. Enumerable.Range(first, KeysAtOnce).Select(static i => new Change(ChangeKind.Set, string.Create(CultureInfo.InvariantCulture, $"key {i}"), ValueCodec.Encode(i))),
                ]));
            }
        }

        using (var caller = new SqliteCaller(alone))
        {
            caller.Fill(Keys);
        }

        foreach (var _ in figures.Rounds(repetitions))
        {
            var begin = Stopwatch.GetTimestamp();
            StateServer.Start(state).Dispose();
            figures.Add("open", Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            begin = Stopwatch.GetTimestamp();
            using (var caller = new SqliteCaller(alone))
            {
                caller.ReadAll();
            }

            figures.Add("sqlite open", Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
    }

    private static IEnumerable<Comparison> Of(int clients)
    {
        var who = clients == 1 ? "1 client" : $"{clients} clients, each call of all together";
        yield return new($"acknowledged write, -Durability Always, {who}", "µs", Series("always", clients), null, [
            new Yardstick("in memory", Series("memory", clients)),
            new Yardstick("SQLite alone, each with its own connection", Series("sqlite", clients)),
            new Yardstick("Redis SET, appendfsync always", Series("redis", clients)),
        ]);
        yield return new($"acknowledged write, -Durability Interval, {who}", "µs", Series("interval", clients), null, new Yardstick("in memory", Series("memory", clients)));
    }

    private static string Series(string what, int clients) => string.Create(CultureInfo.InvariantCulture, $"{what}, {clients}");
}
