using ZProc.Benchmarks.Peers;
using ZProc.Benchmarks.Yardsticks;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Groups;

/// <summary>
/// The state from another OS process, without PowerShell, compared with bare NetMQ sockets between the same two processes: through a
/// Unix domain socket, or through sealed frames over TCP.
/// </summary>
internal sealed class RemoteState : Group
{
    private const int Trips = 3000;
    private const int Messages = 20_000;
    private const int Reads = 300_000;

    private readonly bool _isSealed;

    /// <param name="isSealed">Whether the connections are sealed TCP connections, compared with NetMQ's CURVE.</param>
    public RemoteState(bool isSealed)
    {
        _isSealed = isSealed;
        var encrypted = isSealed ? ", CURVE" : "";
        Yardstick echo = new($"bare NetMQ echo{encrypted}", Series("echo"));
        Comparisons =
        [
            new("acknowledged write", "µs", Series("write"), Budget.AtMostTimes(1.3, echo.Series), echo),
            new("increment, its result included", "µs", Series("increment"), Budget.AtMostTimes(1.3, echo.Series), echo),
            new(
                "pipelined write, each acknowledged",
                "µs",
                Series("pipeline"),
                Budget.AtMostTimes(2, Series("bare-answers")),
                new Yardstick($"bare NetMQ pipeline, each message answered{encrypted}", Series("bare-answers")),
                new Yardstick($"bare NetMQ pipeline, one way{encrypted}", Series("bare-pipeline"))),
            new("commit to a watcher that is waiting", "µs", Series("watch"), Budget.AtMostTimes(1.5, echo.Series), echo with { What = $"half a bare NetMQ echo{encrypted}", Share = 0.5 }),
            .. isSealed ? (Comparison[])[] : [new Comparison("read a key, from the replica", "µs", "read", Budget.AtMost(2))],
        ];
    }

    public override string Name => _isSealed ? "state, from another OS process, over TCP (C#)" : "state, from another OS process (C#)";

    public override IReadOnlyList<Comparison> Comparisons { get; }

    public override void Measure(int repetitions, Figures figures)
    {
        using var server = StateServer.Start(_isSealed ? new TcpAddress("127.0.0.1", 0) : null);
        using var local = new LocalClient(server.Store);
        using var bare = new BareServer(_isSealed);
        var operations = new Operations(local);
        using var peer = new PeerProcess(ClientPeer.Role);
        peer.Begin(server.Connection.Text);
        peer.Begin(bare.Address);
        foreach (var _ in figures.Rounds(repetitions))
        {
            Ask("echo", Trips);
            Ask("write", Trips);
            Ask("increment", Trips);
            peer.Ask($"answer {Trips}");
            operations.Call(Trips);
            figures.Add(Series("watch"), double.Parse(peer.End(), System.Globalization.CultureInfo.InvariantCulture));
            Ask("bare-pipeline", Messages);
            Ask("bare-answers", Messages);
            Ask("pipeline", Messages);
            if (!_isSealed)
            {
                Ask("read", Reads);
            }

            void Ask(string what, int count) => figures.Add(Series(what), peer.Ask($"{what} {count}"));
        }
    }

    private string Series(string name) => _isSealed ? name + ", over TCP" : name;
}
