using System.Globalization;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Scale;

/// <summary>The part about namespaces of one server.</summary>
internal sealed class NamespacesPart : ScalePart
{
    private const string Read = "read";
    private const string Write = "write";
    private const string RemoteWrite = "remote write";
    private const string List = "list";
    private const string RemoteList = "remote list";
    private const string Leave = "a client's end";
    private const string WatchAll = "watch one more";
    private const string Burst = "32 MB over all, until seen";
    private const string ServerMemory = "server, per namespace";
    private const string ReplicaMemory = "watching client, per namespace";
    private const int Calls = 20_000;
    private const int Many = 100; // the memory of fewer namespaces is too small beside that of the process
    private const int BurstBytes = 32 * 1024 * 1024;

    private static readonly int[] Counts = [1, 10, 100, 1_000, 10_000];

    public override string Name => "namespaces";

    public override string Method => $"""
        Each namespace has one key. *{Read}* and *{Write}*: in the server's process, in a random namespace. *{RemoteWrite}*: an acknowledged write
        from another process. *{List}* and *{RemoteList}*: the request of `Get-ZStateNamespace`. *{Leave}*: the work of the server when
        a client ends, for all namespaces. *{WatchAll}*: a client that watches all namespaces begins to watch another
        one. *{Burst}*: one update of each namespace, as fast as possible, until the client has seen all updates; together they are
        more than the server may have on the way to a client.
        """;

    public override IReadOnlyList<Panel> Panels =>
    [
        new("Namespaces: time", "time", Read, Write, RemoteWrite, WatchAll),
        new("Namespaces: all of them", "time", List, RemoteList, Leave, Burst),
        new("Namespaces: memory", "bytes per namespace", ServerMemory, ReplicaMemory),
    ];

    public override IReadOnlyList<string> Costs => [Read, Write, RemoteWrite, RemoteList, WatchAll, Burst];

    public override IReadOnlyList<string> Memory => [ServerMemory, ReplicaMemory];

    public override void Measure(PartResult result)
    {
        Measure(Counts[1], new PartResult()); // compiles the code
        foreach (var n in Counts)
        {
            Measure(n, result);
        }
    }

    public override string Bend(PartResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"A list of all namespaces and the end of a client look at each namespace ({result[RemoteList].LastText} and {result[Leave].LastText}). All other costs stay the same, except for the processor's caches.");

    public override string Explain(PartResult result) => string.Create(CultureInfo.InvariantCulture, $"""
        The memory of a namespace is its own table, history and watches. The history grows with the updates, up to the limits of the server. The
        server does no work for a namespace without requests, with one exception: when a client ends, the server looks in every namespace for
        turns that the client held or waited for ({result[Leave].LastText} for {Quantity.Format(Counts[^1], Unit.Count)}).

        A client that watches very many namespaces and cannot keep up gets the updates from their histories. The server then looks at each
        namespace for every thousand updates. So the same 32 MB take longer from more namespaces.
        """);

    /// <summary>Measures with a server of its own, because earlier writes would count as history.</summary>
    private static void Measure(int n, PartResult result)
    {
        var resident = Footprint.Resident();
        using var server = StateServer.Start();
        using var local = new LocalClient(server.Store);
        using var group = new RemoteGroupProcess(server.Connection);
        group.Figure("connect 1");
        group.Figure("watch never"); // compiles the code
        group.Figure("leave");
        group.Figure("connect 1");
        group.Figures("set own 1000");
        var watching = group.Figure("memory");
        var users = Enumerable.Range(0, n).Select(i => new StateUser(local, Keys.Name(i))).ToArray();
        foreach (var user in users)
        {
            user.Set("key", 0L);
        }

        var share = (Footprint.Resident() - resident) / n;
        var watch = group.Figure(string.Create(CultureInfo.InvariantCulture, $"watch-all {n}")) / n;
        var replica = (group.Figure("memory") - watching) / n;
        if (n >= Many)
        {
            result.Add(ServerMemory, Unit.Bytes, n, share);
            result.Add(ReplicaMemory, Unit.Bytes, n, replica);
        }

        result.Add(RemoteWrite, Unit.Time, n, group.Figure("set own 300"));
        var random = new Random(1);
        var value = ValueCodec.Encode(1L);
        result.Add(Read, Unit.Time, n, Repeat.Each(Calls, _ => users[random.Next(n)].Get("key")));
        result.Add(Write, Unit.Time, n, Repeat.Each(Calls, _ => users[random.Next(n)].Set("key", value)));
        result.Add(List, Unit.Time, n, Repeat.Whole(() => local.GetNamespaces()));
        result.Add(RemoteList, Unit.Time, n, group.Figure("list"));
        result.Add(Leave, Unit.Time, n, Repeat.Whole(() => local.EndSource(Guid.NewGuid())));
        result.Add(WatchAll, Unit.Time, n, watch);
        group.Figure("leave"); // its watches have not read the writes, of which there may be more than the server keeps
        group.Figure("connect 1");
        group.Figure(string.Create(CultureInfo.InvariantCulture, $"watch-all {n}"));
        result.Add(Burst, Unit.Time, n, Statistics.Median(Enumerable.Range(1, 5).Select(round => Overflow(group, users, (byte)round)).ToArray()));
    }

    /// <summary>Sends more than a client may get at once, in one update of each namespace. The client has to watch all namespaces.</summary>
    private static double Overflow(RemoteGroupProcess group, StateUser[] users, byte round)
    {
        var bytes = new byte[BurstBytes / users.Length];
        bytes[0] = round;
        var value = ValueCodec.Encode(bytes);
        group.Begin(string.Create(CultureInfo.InvariantCulture, $"seen-all {users.Length} {round}"));
        var begin = Clock.Now;
        foreach (var user in users)
        {
            user.Set("key", value);
        }

        return group.End()[0] - begin;
    }
}
