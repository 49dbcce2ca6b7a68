using System.Diagnostics;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Peers;

/// <summary>The operations of a client that are timed.</summary>
internal sealed class Operations
{
    /// <summary>How long an operation may take before the benchmark gives up.</summary>
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

    /// <summary>One write, of another value each time: an equal value would be no update.</summary>
    public void Write() => _client.Commit(Request(ChangeKind.Set, "key", ValueCodec.Encode(++_value)));

    /// <summary>One increment, with its result.</summary>
    public void Increment() => _client.Commit(Request(ChangeKind.Increment, "count", ValueCodec.Encode(1)));

    /// <summary>One read of the server's own value.</summary>
    public void ReadFresh() => _client.Get(Ns, "key", fresh: true);

    /// <summary>Takes a turn and gives it back.</summary>
    public void TakeTurn() => _client.AcquireTurn(Ns, _source, Deadline.After(Bound)).Dispose();

    /// <summary>Sends writes without waiting, until all are committed: microseconds for each write.</summary>
    public double Pipeline(int count)
    {
        var replies = new Queue<Task>();
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            replies.Enqueue(_client.CommitAsync(Request(ChangeKind.Set, "key", ValueCodec.Encode(++_value))));
            while (replies.Count > 0 && replies.Peek().IsCompleted)
            {
                replies.Dequeue().GetAwaiter().GetResult(); // a list of all would cost more memory management than the writes
            }
        }

        Task.WaitAll(replies);
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / count;
    }

    /// <summary>Reads a key and decodes its value: microseconds for each read.</summary>
    public double Read(int count) => Timing.Mean(count, _ => ValueCodec.Decode(_client.Get(Ns, "key")!.Value.Value));

    /// <summary>Watches a key.</summary>
    public Watch Watch(string key) => _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter([key]) });

    /// <summary>Answers each update of a watch with an update of <c>seen</c>: the median time until an update arrived, in microseconds.</summary>
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

    /// <summary>Makes an update, and waits for it at a watch of <c>seen</c>.</summary>
    public void Pass(Watch watch)
    {
        Stamp("seen");
        Time(watch);
    }

    /// <summary>Updates <c>start</c> repeatedly, each time after the answer to the update before.</summary>
    public void Call(int count)
    {
        using var seen = Watch("seen");
        for (var i = 0; i < count; i++)
        {
            Stamp("start");
            Time(seen);
        }
    }

    // All processes of a machine share the clock of Stopwatch, so another process can compute the time since.
    private void Stamp(string key) => _client.Commit(Request(ChangeKind.Set, key, ValueCodec.Encode(Stopwatch.GetTimestamp())));

    private static long Time(Watch watch) => (long)ValueCodec.Decode(watch.Read(Deadline.After(Bound))!.Changes[0].After!.Value)!;

    private CommitRequest Request(ChangeKind kind, string key, EncodedValue operand) => new(Ns, _source, [new Change(kind, key, operand)]);
}
