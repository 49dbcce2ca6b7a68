using ZProc.Core.Client;
using ZProc.Core.Tests.Server;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>Disturbs the links of clients while they work: each after a random number of updates that came through it.</summary>
internal sealed class LinkDisturber : IDisposable
{
    private const int MostUpdates = 60;

    private readonly IReadOnlyDictionary<string, CuttableProxy> _links;
    private readonly Dictionary<string, int> _left = [];
    private readonly Random _random;
    private readonly Action<CuttableProxy, Random> _disturb;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task[] _watching;

    /// <param name="client">Sees all updates.</param>
    /// <param name="namespaces">The namespaces.</param>
    /// <param name="links">The links, by the name of the source that works behind each.</param>
    /// <param name="seed">For the moments.</param>
    /// <param name="disturb">Disturbs a link.</param>
    public LinkDisturber(
        IClient client, IEnumerable<string> namespaces, IReadOnlyDictionary<string, CuttableProxy> links, long seed, Action<CuttableProxy, Random> disturb)
    {
        _disturb = disturb;
        _links = links;
        _random = new Random((int)seed);
        var watches = namespaces.Select(ns => client.Watch(new WatchOptions { Namespace = ns })).ToArray();
        _watching = [.. watches.Select(watch => Task.Factory.StartNew(() => Follow(watch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>How often a link was disturbed.</summary>
    public int Times { get; private set; }

    public void Dispose()
    {
        _ended.Cancel();
        Assert.True(Task.WaitAll(_watching, Soon));
        _ended.Dispose();
    }

    private void Follow(Watch watch)
    {
        using (watch)
        {
            try
            {
                while (true)
                {
                    Count(watch.Read(Deadline.Never, _ended.Token)!.Source.Name);
                }
            }
            catch (OperationCanceledException)
            {
                // All work is done.
            }
        }
    }

    private void Count(string source)
    {
        if (!_links.TryGetValue(source, out var link))
        {
            return;
        }

        lock (_left)
        {
            _left[source] = _left.TryGetValue(source, out var left) ? left - 1 : _random.Next(MostUpdates);
            if (_left[source] <= 0)
            {
                _left[source] = 1 + _random.Next(MostUpdates);
                Times++;
                _disturb(link, _random);
            }
        }
    }
}
