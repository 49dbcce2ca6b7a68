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

    /// <summary>What each write of <see cref="WriteUntil"/> took, in seconds.</summary>
    public List<double> Times { get; } = [];

    /// <summary>One for each namespace that it watches whole.</summary>
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

    /// <summary>Makes ready for the next update of that key.</summary>
    public void Arm()
    {
        while (_watch!.TryRead(out _))
        {
        }

        _arrived.Reset();
    }

    /// <summary>Waits for it: the clock when it was here.</summary>
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

    /// <summary>Writes, each time as soon as the last write is acknowledged.</summary>
    /// <param name="ns">To which namespace.</param>
    /// <param name="end">A time stamp of the stopwatch.</param>
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
