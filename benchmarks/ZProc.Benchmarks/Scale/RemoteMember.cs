using System.Diagnostics;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Benchmarks.Scale;

/// <summary>One remote client among many.</summary>
internal sealed class RemoteMember : IDisposable
{
    private const string Own = "own";

    private readonly ManualResetEventSlim _arrived = new();
    private Watch? _watch;
    private double _at;

    public RemoteMember(RemoteClient client)
    {
        Client = client;
        Writer = new StateUser(client);
    }

    public RemoteClient Client { get; }

    public StateUser Writer { get; }

    /// <summary>The time of each write of <see cref="WriteUntil"/> took, in seconds.</summary>
    public List<double> Times { get; } = [];

    /// <summary>The watches on whole namespaces, one for each.</summary>
    public List<Watch> Watches { get; } = [];

    public bool IsWatching => _watch is not null;

    /// <summary>Begins to watch a key.</summary>
    public void Watch(string ns, string key)
    {
        _watch = Client.Watch(new WatchOptions { Namespace = ns, Keys = new KeyFilter([key]), Live = true });
        _watch.OnAvailable(() =>
        {
            _at = Clock.Now;
            _arrived.Set();
        });
    }

    /// <summary>Prepares for the next update of the watched key.</summary>
    public void Arm()
    {
        while (_watch!.TryRead(out _))
        {
        }

        _arrived.Reset();
    }

    /// <summary>Waits for that update, and returns the time at which it arrived.</summary>
    public double Arrival()
    {
        if (!_arrived.Wait(TimeSpan.FromSeconds(60)))
        {
            throw new InvalidOperationException("An update did not come.");
        }

        return _at;
    }

    /// <summary>Leaves the server.</summary>
    public void Dispose()
    {
        Client.Dispose();
        _arrived.Dispose();
    }

    /// <summary>Writes repeatedly, each time as soon as the last write is acknowledged.</summary>
    /// <param name="ns">The namespace to write to.</param>
    /// <param name="end">When to stop, as a timestamp of the stopwatch.</param>
    public void WriteUntil(string ns, long end)
    {
        var writer = new StateUser(Client, ns);
        Times.Clear();
        for (long begin; (begin = Stopwatch.GetTimestamp()) < end;)
        {
            writer.Set(Own, begin);
            Times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
    }
}
