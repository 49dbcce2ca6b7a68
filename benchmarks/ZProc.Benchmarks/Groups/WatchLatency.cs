using ZProc.Benchmarks.Peers;
using ZProc.Benchmarks.Yardsticks;
using ZProc.Core.Client;
using ZProc.Core.Server;

namespace ZProc.Benchmarks.Groups;

/// <summary>The time from a commit to the first line of a watcher's action. Each repetition is another session, after a bare echo.</summary>
internal sealed class WatchLatency : Group
{
    private const int Trips = 3000;

    public override string Name => "watching";

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("commit to the action, in a runspace of this process", "µs", "action, as runspace", null, new Yardstick("bare call of a runspace", "bare call")),
        new(
            "commit to the action, in another process",
            "µs",
            "action, as process",
            Budget.AtMostTimes(1, "allowed"),
            new Yardstick("1.5 × half a bare NetMQ echo and a bare call of a runspace", "allowed"),
            new Yardstick("half a bare NetMQ echo", "echo of the watching", 0.5)),
        new("the same, 99th percentile", "µs", "action, as process, 99th percentile", Budget.AtMost(1000), new Yardstick("bare call of a runspace, 99th percentile", "bare call, 99th percentile")),
    ];

    public override void Measure(int repetitions, Figures figures)
    {
        using var server = StateServer.Start();
        using var local = new LocalClient(server.Store);
        using var bare = new BareServer(isEncrypted: false);
        using var peer = new PeerProcess(ClientPeer.Role);
        peer.Begin(server.Connection.Text);
        peer.Begin(bare.Address);
        peer.Ask($"echo {Trips}"); // compiles the code
        for (var i = 0; i < repetitions; i++)
        {
            var echo = peer.Ask($"echo {Trips}");
            figures.Add("echo of the watching", echo);
            ShellScript.Run("WatchLatency.ps1", [], figures.Add);
            figures.Add("allowed", (1.5 * echo / 2) + figures.Of("bare call")[i]);
        }
    }
}
