using System.Diagnostics;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Peers;

/// <summary>What a client of any kind is timed at.</summary>
internal sealed class Operations
{
    /// <summary>How long anything may take before the benchmark gives up.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private const string Ns = "default";

    private readonly IClient _client;
    private readonly Source _source;
    private int _value;

    public Operations(IClient client)
    {
        _client = client;
        _source = new Source(client.Id, "benchmark", Environment.ProcessId);
    }

    /// <summary>One write, never of what is there already.</summary>
    public void Write() => _client.Commit(Request(ChangeKind.Set, "key", ValueCodec.Encode(++_value)));

    /// <summary>One increment, its result included.</summary>
    public void Increment() => _client.Commit(Request(ChangeKind.Increment, "count", ValueCodec.Encode(1)));

    /// <summary>Writes that are sent without waiting, until all are committed: microseconds for each.</summary>
    public double Pipeline(int count)
    {
        var replies = new Task[count];
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            replies[i] = _client.CommitAsync(Request(ChangeKind.Set, "key", ValueCodec.Encode(++_value)));
        }

        Task.WaitAll(replies);
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / count;
    }

    /// <summary>Reads of a key, value decoded: microseconds for each.</summary>
    public double Read(int count) => Timing.Mean(count, _ => ValueCodec.Decode(_client.Get(Ns, "key")!.Value.Value));

    /// <summary>Watches a key.</summary>
    public Watch Watch(string key) => _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter([key]) });

    /// <summary>Answers each update of a watch by one of <c>seen</c>: the median of the microseconds that they took to arrive.</summary>
    public double Answer(Watch watch, int count)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            times[i] = Stopwatch.GetElapsedTime(Time(watch)).TotalMicroseconds;
            Stamp("seen");
        }

        return Statistics.Median(times);
    }

    /// <summary>An update, and its arrival at a watch of <c>seen</c>.</summary>
    public void Pass(Watch watch)
    {
        Stamp("seen");
        Time(watch);
    }

    /// <summary>Updates of <c>start</c>, each after the answer to the one before.</summary>
    public void Call(int count)
    {
        using var seen = Watch("seen");
        for (var i = 0; i < count; i++)
        {
            Stamp("start");
            Time(seen);
        }
    }

    // The clock of Stopwatch is the machine's: another process can tell how long ago this was.
    private void Stamp(string key) => _client.Commit(Request(ChangeKind.Set, key, ValueCodec.Encode(Stopwatch.GetTimestamp())));

    private static long Time(Watch watch) => (long)ValueCodec.Decode(watch.Read(Deadline.After(Bound))!.Changes[0].After!.Value)!;

    private CommitRequest Request(ChangeKind kind, string key, EncodedValue operand) => new(Ns, _source, [new Change(kind, key, operand)]);
}
