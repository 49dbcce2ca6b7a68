using System.Globalization;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Scale;

/// <summary>The part about keys of one namespace.</summary>
internal sealed class KeysPart : ScalePart
{
    private const string Read = "read";
    private const string Write = "write";
    private const string Increment = "increment";
    private const string AddRemove = "add and remove";
    private const string RemoteWrite = "remote write";
    private const string ReplicaRead = "replica read";
    private const string Taken = "snapshot";
    private const string Ordered = "snapshot, in order";
    private const string ReplicaOrdered = "replica snapshot, in order";
    private const string Join = "join until live";
    private const string Bystander = "another's longest write meanwhile";
    private const string ServerMemory = "server, per key";
    private const string ReplicaMemory = "replica, per key";
    private const int Many = 10_000; // the memory of fewer keys is too small beside that of the process
    private const int WarmUps = 3;
    private const int Calls = 20_000;

    private static readonly int[] Counts = [10, 100, 1_000, 10_000, 100_000, 1_000_000];

    public override string Name => "keys";

    public override string Method => $"""
        The keys have 10 characters and integers as values, in one namespace. *{Read}*, *{Write}*, *{Increment}* and *{AddRemove}*: in the server's
        process, the first three with random keys. *{RemoteWrite}* (one key, acknowledged) and *{ReplicaRead}* (random keys): in another
        process. *{Taken}*: all keys at one moment, in the server's process. *in order*: until the keys can be read in their order, as `Get-ZState`, `Keys` and `foreach`
        read them. *{Join}*: from the connection of a new client until its watch has begun and its replica can be read. *{Bystander}*: the
        longest write during that time of another client, which writes all the time.
        """;

    public override IReadOnlyList<Panel> Panels =>
    [
        new("Keys: one key", "time", Read, Write, Increment, AddRemove, RemoteWrite, ReplicaRead),
        new("Keys: all keys", "time", Taken, Ordered, ReplicaOrdered, Join, Bystander),
        new("Keys: memory", "bytes per key", ServerMemory, ReplicaMemory),
    ];

    public override IReadOnlyList<string> Costs => [Read, Write, RemoteWrite, ReplicaRead, Ordered, Join];

    public override IReadOnlyList<string> Memory => [ServerMemory, ReplicaMemory];

    public override void Measure(PartResult result)
    {
        using var server = StateServer.Start();
        using var local = new LocalClient(server.Store);
        var user = new StateUser(local);
        user.Set(Keys.Name(0), 0L);
        using var bystander = new RemoteGroupProcess(server.Connection);
        bystander.Figure("connect 1");
        bystander.Figures("write 500");
        using (var first = new RemoteGroupProcess(server.Connection))
        {
            Joined(first); // compiles the server's code for a join
        }

        for (var time = 0; time < WarmUps; time++)
        {
            Local(local, 1, new PartResult()); // compiles the code
        }

        var resident = Footprint.Resident();
        var held = 1;
        foreach (var n in Counts)
        {
            for (; held < n; held++)
            {
                user.Send(Keys.Name(held), ValueCodec.Encode((long)held));
            }

            Local(local, n, result);
            var share = (Footprint.Resident() - resident) / n;
            if (n >= Many)
            {
                result.Add(ServerMemory, Unit.Bytes, n, share);
            }

            Remote(server, bystander, n, result);
        }
    }

    public override string Bend(PartResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"One key costs the same for every n, except for the processor's caches. The cost of operations on all keys grows in proportion to n: a join takes {result[Join].LastText}, a snapshot in order {result[Ordered].LastText}.");

    public override string Explain(PartResult result) => string.Create(CultureInfo.InvariantCulture, $"""
        A read or write finds its key in a hash table, so its cost does not grow with the number of keys. From 100,000 keys on, the table is
        larger than the processor's caches, and the processor fetches a random key from memory.

        A snapshot copies the table's entries in one step. The first reader of the snapshot sorts them, which is the larger
        part: {result[Ordered].LastText} for a million keys. In a loop, take the snapshot once.

        The server sends a new client the whole namespace in parts, as fast as the client takes them, and serves other clients between two parts.
        The client itself takes most of the time until it is live, because it makes each key again.
        """);

    /// <summary>Measures in the server's process.</summary>
    private static void Local(LocalClient client, int n, PartResult result)
    {
        var user = new StateUser(client);
        var random = new Random(1);
        var value = ValueCodec.Encode(1L);
        result.Add(Read, Unit.Time, n, Repeat.Each(Calls, _ => user.Get(Keys.Name(random.Next(n)))));
        result.Add(Write, Unit.Time, n, Repeat.Each(Calls, _ => user.Set(Keys.Name(random.Next(n)), value)));
        result.Add(Increment, Unit.Time, n, Repeat.Each(Calls, _ => user.Increment(Keys.Name(random.Next(n)))));
        result.Add(AddRemove, Unit.Time, n, Repeat.Each(Calls, _ =>
        {
            user.Set("more", value);
            user.Remove("more");
        }));
        result.Add(Taken, Unit.Time, n, Repeat.Each(Math.Clamp(Calls / n, 1, 100), _ => client.GetSnapshot("default")));
        result.Add(Ordered, Unit.Time, n, Repeat.Whole(() => _ = client.GetSnapshot("default").Entries.Count));
    }

    private static void Remote(StateServer server, RemoteGroupProcess bystander, int n, PartResult result)
    {
        using var reader = new RemoteGroupProcess(server.Connection);
        Joined(reader);
        reader.Figure("leave");
        var empty = reader.Figure("memory");
        bystander.Begin("write 2500");
        result.Add(Join, Unit.Time, n, Joined(reader));
        result.Add(Bystander, Unit.Time, n, bystander.End()[2]);
        var share = (reader.Figure("memory") - empty) / n;
        if (n >= Many)
        {
            result.Add(ReplicaMemory, Unit.Bytes, n, share);
        }

        result.Add(ReplicaRead, Unit.Time, n, reader.Figure(string.Create(CultureInfo.InvariantCulture, $"read {n}")));
        result.Add(ReplicaOrdered, Unit.Time, n, reader.Figure("snapshot"));
        result.Add(RemoteWrite, Unit.Time, n, reader.Figure($"set {Keys.Name(0)} 300"));
    }

    private static double Joined(RemoteGroupProcess group) => group.Figure("connect 1") + group.Figure("watch never");
}
