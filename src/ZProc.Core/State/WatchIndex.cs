using ZProc.Core.Client;

namespace ZProc.Core.State;

/// <summary>
/// The watches of one namespace, found by the keys of an update: a watch of literal keys is indexed by them, so that the cost of an
/// update grows with its own watchers only. Not thread-safe: the feed's gate guards it.
/// </summary>
internal sealed class WatchIndex
{
    private readonly Dictionary<string, List<Watch>> _byKey = new(StringComparer.Ordinal);
    private readonly List<Watch> _others = []; // every watch with patterns or exclusions

    public bool IsEmpty => _others.Count == 0 && _byKey.Count == 0;

    /// <summary>Every watch; one of several keys comes several times.</summary>
    public IEnumerable<Watch> All => _others.Concat(_byKey.Values.SelectMany(watches => watches));

    public void Add(Watch watch)
    {
        if (watch.Options.Keys.OnlyLiterals is not { } keys)
        {
            _others.Add(watch);
            return;
        }

        foreach (var key in keys)
        {
            if (!_byKey.TryGetValue(key, out var watches))
            {
                _byKey.Add(key, watches = []);
            }

            watches.Add(watch);
        }
    }

    public void Remove(Watch watch)
    {
        if (watch.Options.Keys.OnlyLiterals is not { } keys)
        {
            _others.Remove(watch);
            return;
        }

        foreach (var key in keys)
        {
            var watches = _byKey[key];
            watches.Remove(watch);
            if (watches.Count == 0)
            {
                _byKey.Remove(key);
            }
        }
    }

    /// <summary>Offers an update to the watches that see one of its keys.</summary>
    public void Offer(Update update)
    {
        foreach (var watch in _others)
        {
            if (watch.Options.Keys.Matches(update))
            {
                watch.Offer(update);
            }
        }

        if (_byKey.Count == 0)
        {
            return;
        }

        foreach (var change in update.Changes)
        {
            if (_byKey.TryGetValue(change.Key, out var watches))
            {
                foreach (var watch in watches)
                {
                    watch.Offer(update);
                }
            }
        }
    }
}
