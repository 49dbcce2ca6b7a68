using System.Globalization;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Scale;

/// <summary>The part about bytes of state, in values of one megabyte.</summary>
internal sealed class BytesPart : ScalePart
{
    private const string Write = "write 1 MB";
    private const string Read = "read 1 MB";
    private const string RemoteRead = "remote read 1 MB";
    private const string Join = "join until live";
    private const string Bystander = "another's longest write meanwhile";
    private const string ServerMemory = "server";
    private const string ServerPeak = "server, most while one joins";
    private const string ReplicaMemory = "replica";
    private const string ReplicaPeak = "replica, most while joining";
    private const string KeysRemoved = "server, keys removed";
    private const string NamespaceRemoved = "server, namespace removed";
    private const int ValueBytes = 1_000_000;

    private static readonly int[] Counts = [1, 10, 100, 1_000];

    public override string Name => "bytes";

    public override Unit Counted => Unit.Bytes;

    public override string Method => $"""
        The values are byte arrays of 1 MB. *{Write}* and *{Read}*: in the server's process, without decoding. *{RemoteRead}*: a request to the server
        from another process. *{Join}* and *{Bystander}*: as with keys. The columns of memory show the server's process with the state, at its
        peak while a client joins, after all keys were removed one by one, and after the namespace was removed; and the process of the joining client.
        """;

    public override IReadOnlyList<Panel> Panels =>
    [
        new("Bytes: time", "time", Write, Read, RemoteRead, Join, Bystander),
        new("Bytes: memory", "resident memory", ServerMemory, ServerPeak, ReplicaMemory, ReplicaPeak, KeysRemoved, NamespaceRemoved),
    ];

    public override IReadOnlyList<string> Costs => [Write, RemoteRead, Join];

    public override IReadOnlyList<string> Memory => [ServerMemory, ServerPeak, ReplicaMemory, ReplicaPeak];

    public override void Measure(PartResult result)
    {
        Measure(2, new PartResult()); // compiles the code
        foreach (var n in Counts)
        {
            Measure(n, result);
        }
    }

    public override string Bend(PartResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"Each client that watches holds the whole state, and gets the whole state when it joins ({result[Join].LastText}). Removed values stay as long as the history keeps them.");

    public override string Explain(PartResult result) => string.Create(CultureInfo.InvariantCulture, $"""
        The server never encodes the whole namespace at once. Its peak of memory while a client joins ({result[ServerPeak].LastText}) is {result[ServerMemory].LastText} of state, and for the rest buffers
        that the runtime had no need to collect yet. If more is written during that time than the history keeps, the client's watches end
        with `ZProc.Compacted`, and the client may begin again. An update carries the values before and after to each watcher. So the server
        sends each watcher 2 MB when 1 MB is overwritten, and 1 MB when it is removed.

        The removal of keys frees no memory at once. The server keeps the last updates of a namespace with the values before, at least 1,000 of
        them however large they are (`Start-ZProcContext -MaximumHistoryCount` keeps fewer). `Remove-ZStateNamespace` removes the history as well:
        {result[NamespaceRemoved].LastText} were left of {result[ServerMemory].LastText}.
        """);

    private static void Measure(int n, PartResult result)
    {
        using var server = StateServer.Start();
        using var local = new LocalClient(server.Store);
        var user = new StateUser(local);
        using var bystander = new RemoteGroupProcess(server.Connection);
        bystander.Figure("connect 1");
        bystander.Figures("write 300");
        using var reader = new RemoteGroupProcess(server.Connection);
        reader.Figure("connect 1");
        reader.Figure("watch never");
        reader.Figure("leave");

        var bytes = (double)n * ValueBytes;
        var next = 0;
        result.Add(Write, Unit.Time, bytes, Statistics.Median(Enumerable.Range(0, n).Select(_ => Repeat.Once(() => user.Set(Keys.Name(next++), Value(next)))).ToArray()));
        result.Add(RemoteRead, Unit.Time, bytes, bystander.Figure(string.Create(CultureInfo.InvariantCulture, $"ask {n}")));
        result.Add(ServerMemory, Unit.Bytes, bytes, Footprint.Resident());
        result.Add(Read, Unit.Time, bytes, Repeat.Each(1000, i => user.Get(Keys.Name(i % n))));

        Footprint.ResetPeak();
        reader.Figures("reset-peak");
        bystander.Begin(n == Counts[^1] ? "write 8000" : "write 1500");
        result.Add(Join, Unit.Time, bytes, reader.Figure("connect 1") + reader.Figure("watch never"));
        result.Add(Bystander, Unit.Time, bytes, bystander.End()[2]);
        result.Add(ServerPeak, Unit.Bytes, bytes, Footprint.Peak());
        var memory = reader.Figures("memory");
        result.Add(ReplicaMemory, Unit.Bytes, bytes, memory[0]);
        result.Add(ReplicaPeak, Unit.Bytes, bytes, memory[2]);
        reader.Figure("leave"); // before the removal, whose updates it would get
        for (var i = 0; i < n; i++)
        {
            user.Remove(Keys.Name(i));
        }

        result.Add(KeysRemoved, Unit.Bytes, bytes, Footprint.Resident());
        user.RemoveNamespace();
        result.Add(NamespaceRemoved, Unit.Bytes, bytes, Footprint.Resident());
    }

    /// <summary>Makes different values, because equal ones could be held once.</summary>
    private static EncodedValue Value(int i)
    {
        var bytes = new byte[ValueBytes];
        BitConverter.TryWriteBytes(bytes, i);
        return ValueCodec.Encode(bytes);
    }
}
