using System.Collections;
using ZProc.Benchmarks.Peers;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Groups;

/// <summary>The state in the server's own process, without PowerShell.</summary>
internal sealed class LocalState : Group
{
    private const int Reads = 300_000;
    private const int Writes = 50_000;
    private const int Few = 10;
    private const int Many = 1_000_000;

    public override string Name => "state, in the server's session (C#)";

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("read a key", "µs", "local read", Budget.AtMost(2), new Yardstick("synchronized hashtable", "hashtable read")),
        new("write a key", "µs", "local write", Budget.AtMost(5), new Yardstick("synchronized hashtable", "hashtable write")),
        new("write a key, 1,000,000 keys in the state", "µs", "write among many", Budget.AtMostTimes(1.2, "write among few"), new Yardstick("the same with 10 keys", "write among few")),
    ];

    public override void Measure(int repetitions, Figures figures)
    {
        using var server = StateServer.Start();
        using var client = new LocalClient(server.Store);
        using var fewServer = StateServer.Start();
        using var few = new LocalClient(fewServer.Store);
        using var manyServer = StateServer.Start();
        using var many = new LocalClient(manyServer.Store);
        Fill(few, Few);
        Fill(many, Many);
        var table = Hashtable.Synchronized([]);
        var (plain, among, amongMany) = (new Operations(client), new Operations(few), new Operations(many));
        foreach (var _ in figures.Rounds(repetitions))
        {
            plain.Write();
            figures.Add("hashtable write", Timing.Mean(Writes, number => table["key"] = number));
            figures.Add("local write", Timing.Mean(Writes, _ => plain.Write()));
            figures.Add("hashtable read", Timing.Mean(Reads, _ => GC.KeepAlive(table["key"])));
            figures.Add("local read", plain.Read(Reads));
            figures.Add("write among few", Timing.Mean(Writes, _ => among.Write()));
            figures.Add("write among many", Timing.Mean(Writes, _ => amongMany.Write()));
        }
    }

    private static void Fill(LocalClient client, int keys) => client.Commit(new CommitRequest(
        "default",
        new Source(client.Id, "benchmark", Environment.ProcessId),
        [.. Enumerable.Range(0, keys).Select(number => new Change(ChangeKind.Set, $"key{number}", ValueCodec.Encode(number)))]));
}
