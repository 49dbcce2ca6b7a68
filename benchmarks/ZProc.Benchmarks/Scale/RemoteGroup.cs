using System.Diagnostics;
using System.Globalization;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Scale;

/// <summary>The other OS process: some remote clients, which carry out a request a line and answer with numbers.</summary>
internal sealed class RemoteGroup
{
    /// <summary>The program's argument for this role.</summary>
    public const string Role = "scale-clients";

    private const string Space = "default";

    private readonly ConnectionString _address;
    private readonly List<RemoteMember> _members = [];

    private RemoteGroup(ConnectionString address) => _address = address;

    /// <summary>Serves until its standard input ends.</summary>
    public static int Serve()
    {
        var group = new RemoteGroup(ConnectionString.Parse(Console.In.ReadLine()!));
        while (Console.In.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            var numbers = group.Answer(words[0], words[1..]);
            Console.WriteLine(string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
        }

        return 0;
    }

    private double[] Answer(string request, string[] arguments) => request switch
    {
        "connect" => [Statistics.Median(Enumerable.Range(0, Number(arguments)).Select(_ => Repeat.Once(Connect)).ToArray())],
        "leave" => [Repeat.Once(Leave)],
        "watch" => [Watch(arguments[0])],
        "arm" => Arm(),
        "arrived" => [_members.Max(member => member.Arrival())],
        "write" => Write(arguments.Length > 1 ? arguments[1] : Space, TimeSpan.FromMilliseconds(Number(arguments))),
        "set" => [Repeat.Each(Number(arguments[1..]), _ => Only.Writer.Set(arguments[0], 1L))],
        "burst" => [Repeat.Once(() => Burst(Number(arguments)))],
        "read" => [Read(Number(arguments), fresh: false)],
        "ask" => [Read(Number(arguments), fresh: true)],
        "list" => [Repeat.Whole(() => Only.Client.GetNamespaces())],
        "watch-all" => [Repeat.Once(() => WatchAll(Number(arguments)))],
        "seen-all" => [SeenAll(Number(arguments), byte.Parse(arguments[1], CultureInfo.InvariantCulture))],
        "snapshot" => [Repeat.Whole(() => _ = Only.Client.GetSnapshot(Space).Entries.Count)],
        "reset-peak" => ResetPeak(),
        "memory" => [Footprint.Resident(), Footprint.Threads(), Footprint.Peak()],
        _ => throw new InvalidOperationException($"The request '{request}' is unknown."),
    };

    private RemoteMember Only => _members[^1];

    private static int Number(string[] arguments) => int.Parse(arguments[0], CultureInfo.InvariantCulture);

    private void Connect() => _members.Add(new RemoteMember(RemoteClient.Connect(_address, Deadline.After(TimeSpan.FromSeconds(60)))));

    private void Leave()
    {
        foreach (var member in _members)
        {
            member.Dispose();
        }

        _members.Clear();
    }

    private double Watch(string key) => Repeat.Once(() =>
    {
        foreach (var member in _members.Where(member => !member.IsWatching))
        {
            member.Watch(Space, key);
        }
    });

    private double[] Arm()
    {
        foreach (var member in _members)
        {
            member.Arm();
        }

        return [];
    }

    /// <summary>All clients write at the same time, each as soon as its last write is acknowledged. Returns the number of writes, and the median time of one.</summary>
    private double[] Write(string ns, TimeSpan span)
    {
        var end = Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency);
        var threads = _members.ConvertAll(member => new Thread(() => member.WriteUntil(ns, end)));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var times = _members.SelectMany(member => member.Times).ToArray();
        return [times.Length, Statistics.Median(times), times.Max()];
    }

    private void Burst(int count)
    {
        Task<CommitResult>? last = null;
        for (var i = 0; i < count; i++)
        {
            last = Only.Writer.Send("burst", ValueCodec.Encode((long)i));
        }

        last!.GetAwaiter().GetResult();
    }

    private double Read(int keys, bool fresh)
    {
        var random = new Random(1);
        return Repeat.Each(fresh ? 100 : 2000, _ => Only.Writer.Get(Keys.Name(random.Next(keys)), fresh));
    }

    private void WatchAll(int namespaces)
    {
        for (var i = Only.Watches.Count; i < namespaces; i++)
        {
            Only.Watches.Add(Only.Client.Watch(new WatchOptions { Namespace = Keys.Name(i), Live = true }));
        }
    }

    /// <summary>Waits for an update of each namespace whose value begins with a byte. Returns the time at which the last one arrived.</summary>
    private double SeenAll(int namespaces, byte first)
    {
        for (var i = 0; i < namespaces; i++)
        {
            Update update;
            do
            {
                update = Only.Watches[i].Read(Deadline.After(TimeSpan.FromSeconds(120))) ?? throw new InvalidOperationException("An update did not come.");
            }
            while (ValueCodec.Decode(update.Changes[0].After!.Value) is not byte[] bytes || bytes[0] != first);
        }

        return Clock.Now;
    }

    private static double[] ResetPeak()
    {
        Footprint.ResetPeak();
        return [];
    }
}
