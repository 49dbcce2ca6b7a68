using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ZProc.Benchmarks.Peers;
using ZProc.Benchmarks.Yardsticks;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Groups;

/// <summary>
/// ZProc beside what people would use instead: the same clients, in one OS process, call a server in another one. Each server has its
/// own process, and all are on this machine.
/// </summary>
internal sealed class Compare : Group
{
    private const int Milliseconds = 400;
    private const int FirstMilliseconds = 2500; // compiles the code
    private const int Messages = 50_000;
    private const int Trips = 3000;

    private static readonly int[] Clients = [1, 20, 200];

    public override string Name => "compare";

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        .. Clients.SelectMany(Of),
        new("pipelined write, each acknowledged", "µs", "pipeline", Budget.AtMost(1_000_000.0 / 300_000), new Yardstick("Redis SET, 100 at a time", "redis-pipeline")),
        new("commit to a reader that waits in another process", "µs", "commit to reader", Budget.AtMostTimes(1.5, Series("socket-echo", 1)), new Yardstick("bare Unix socket echo", Series("socket-echo", 1))),
    ];

    public override void Measure(int repetitions, Figures figures)
    {
        var folder = Directory.CreateTempSubdirectory("zproc-");
        try
        {
            Measure(repetitions, figures, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(int repetitions, Figures figures, string folder)
    {
        using var echoes = new PeerProcess(EchoPeer.Role);
        var socket = Path.Combine(folder, "echo");
        echoes.Begin(socket);
        var port = echoes.End();
        using var server = new PeerProcess(ServerPeer.Role);
        var state = server.End();
        using var redis = RedisServer.Start(folder);
        using var manager = StartManager();
        using var callers = new PeerProcess(CallerPeer.Role);
        using var client = RemoteClient.Connect(ConnectionString.Parse(state), Deadline.After(Operations.Bound));
        var operations = new Operations(client);
        var calls = new List<(string What, string Address)> { ("socket-echo", socket), ("zeromq-echo", port), ("write", state), ("increment", state), ("read", state), ("turn", state) };
        if (redis is not null)
        {
            var tcp = redis.Port.ToString(CultureInfo.InvariantCulture);
            calls.InsertRange(2, [("redis-set", redis.Path), ("redis-increment", redis.Path), ("redis-get", redis.Path), ("redis-set", tcp)]);
        }
        else
        {
            Console.Error.WriteLine("There is no redis-server on the path, so ZProc is not compared with Redis.");
        }

        foreach (var isFirst in figures.Rounds(repetitions))
        {
            var span = isFirst ? FirstMilliseconds : Milliseconds;
            foreach (var clients in Clients)
            {
                foreach (var (what, address) in calls)
                {
                    figures.Add(Series(redis is not null && address != redis.Path && what == "redis-set" ? "redis-set over TCP" : what, clients), callers.Ask($"{what} {address} {clients} {span}"));
                }

                if (manager is not null)
                {
                    figures.Add(Series("manager", clients), manager.Ask($"{clients} {span}"));
                }
            }

            if (redis is not null)
            {
                figures.Add("redis-pipeline", callers.Ask($"redis-pipeline {redis.Path} {Messages}"));
            }

            figures.Add("pipeline", callers.Ask($"pipeline {state} {Messages}"));
            callers.Ask($"answer {state} {Trips}");
            operations.Call(Trips);
            figures.Add("commit to reader", double.Parse(callers.End(), CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<Comparison> Of(int clients)
    {
        var who = clients == 1 ? "1 client" : $"{clients} clients, each call of all together";
        Yardstick echo = new("bare Unix socket echo", Series("socket-echo", clients));
        yield return Operation("acknowledged write", "write", "SET", "redis-set", [
            new Yardstick("Redis SET over TCP", Series("redis-set over TCP", clients)),
            new Yardstick("bare NetMQ echo over TCP", Series("zeromq-echo", clients)),
            new Yardstick("Python's multiprocessing.Manager", Series("manager", clients)),
        ]);
        yield return Operation("increment", "increment", "INCR", "redis-increment", []);
        yield return Operation("fresh read", "read", "GET", "redis-get", []);
        yield return new($"turn, taken and given back, {who}", "µs", Series("turn", clients), null, echo, new Yardstick("acknowledged write", Series("write", clients)));

        // One client has to be near the limit of the machine, many have to be ahead of Redis.
        Comparison Operation(string name, string series, string command, string redis, Yardstick[] others) => new(
            $"{name}, {who}",
            "µs",
            Series(series, clients),
            clients == 1 ? Budget.AtMostTimes(2, echo.Series) : Budget.AtMostTimes(1, Series(redis, clients)),
            [echo, new Yardstick($"Redis {command}", Series(redis, clients)), .. others]);
    }

    private static string Series(string what, int clients) => string.Create(CultureInfo.InvariantCulture, $"{what}, {clients}");

    private static PeerProcess? StartManager()
    {
        try
        {
            return new PeerProcess(new ProcessStartInfo("python3", [Path.Combine(Checkout.Root, "benchmarks", "manager.py")]));
        }
        catch (Win32Exception)
        {
            Console.Error.WriteLine("There is no python3 on the path, so ZProc is not compared with multiprocessing.Manager.");
            return null;
        }
    }
}
