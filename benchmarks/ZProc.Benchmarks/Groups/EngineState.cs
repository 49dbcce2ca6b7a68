using System.Globalization;
using ZProc.Benchmarks.Peers;
using ZProc.Benchmarks.Yardsticks;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Groups;

/// <summary>
/// A context on Redis beside bare commands over bare connections of the same engine, beside a command over the library that ZProc uses, and
/// beside ZProc's own server. Engine and server have their own processes, and all are on this machine.
/// </summary>
internal sealed class EngineState : Group
{
    private const int Milliseconds = 500;
    private const int FirstMilliseconds = 2500; // compiles the code
    private const int Messages = 10_000;
    private const int Trips = 1000;

    private static readonly int[] Clients = [1, 20];

    public override string Name => "state on an engine";

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        .. Clients.SelectMany(Of),
        new("pipelined write, each acknowledged", "µs", "pipeline", null, new Yardstick("bare SET, 100 at a time", "redis-pipeline")),
        new("commit to a reader that waits in another process", "µs", "commit to reader", null, new Yardstick("bare SET", Series("redis-set", 1))),
    ];

    public override void Measure(int repetitions, Figures figures)
    {
        var folder = Directory.CreateTempSubdirectory("zproc-");
        try
        {
            using var redis = RedisServer.Start(folder.FullName);
            if (redis is null)
            {
                Console.Error.WriteLine("There is no redis-server on the path, so nothing is measured on an engine.");
                return;
            }

            Measure(repetitions, figures, redis.Port.ToString(CultureInfo.InvariantCulture));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(int repetitions, Figures figures, string port)
    {
        using var server = new PeerProcess(ServerPeer.Role);
        using var callers = new PeerProcess(CallerPeer.Role);
        var (own, engine) = (server.End(), $"redis://127.0.0.1:{port}/benchmark");
        using var client = ClientFactory.Connect(ContextAddress.Parse(engine), Deadline.After(Operations.Bound));
        var operations = new Operations(client);
        (string Series, string What, string Address)[] calls =
        [
            ("redis-set", "redis-set", port), ("redis-increment", "redis-increment", port), ("redis-get", "redis-get", port), ("library-set", "library-set", port), ("server-write", "write", own),
            ("write", "write", engine), ("increment", "increment", engine), ("read", "read", engine), ("turn", "turn", engine),
        ];
        foreach (var isFirst in figures.Rounds(repetitions))
        {
            foreach (var clients in Clients)
            {
                foreach (var (series, what, address) in calls)
                {
                    figures.Add(Series(series, clients), callers.Ask($"{what} {address} {clients} {(isFirst ? FirstMilliseconds : Milliseconds)}"));
                }
            }

            figures.Add("redis-pipeline", callers.Ask($"redis-pipeline {port} {Messages}"));
            figures.Add("pipeline", callers.Ask($"pipeline {engine} {Messages}"));
            callers.Ask($"answer {engine} {Trips}");
            operations.Call(Trips);
            figures.Add("commit to reader", double.Parse(callers.End(), CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<Comparison> Of(int clients)
    {
        var who = clients == 1 ? "1 client" : $"{clients} clients, each call of all together";
        yield return Operation("acknowledged write", "write", "SET", "redis-set", new Yardstick("SET over the same library", Series("library-set", clients)), new Yardstick("ZProc's own server", Series("server-write", clients)));
        yield return Operation("increment", "increment", "INCR", "redis-increment");
        yield return Operation("fresh read", "read", "GET", "redis-get");
        yield return Operation("turn, taken and given back", "turn", "SET", "redis-set");

        Comparison Operation(string name, string series, string command, string bare, params Yardstick[] others) =>
            new($"{name}, {who}", "µs", Series(series, clients), null, [new Yardstick($"bare {command}", Series(bare, clients)), .. others]);
    }

    private static string Series(string what, int clients) => string.Create(CultureInfo.InvariantCulture, $"{what}, {clients}");
}
