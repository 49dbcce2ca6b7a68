namespace ZProc.Core.Client;

/// <summary>Wakes the readers of a watch. A version tells a reader whether a signal came while it looked. Thread-safe.</summary>
internal sealed class WatchSignal
{
    private readonly object _gate = new(); // taken inside the feed's gate; no other lock but a waiter's own is taken inside it
    private readonly List<Waiter> _readers = [];
    private long _version;

    /// <summary>How many signals there were. Read it before looking for an update.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Registers a reader for the next signal.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="version">The version before the reader looked.</param>
    /// <returns>False when a signal has come since: the reader looks again.</returns>
    public bool TryAdd(Waiter reader, long version)
    {
        lock (_gate)
        {
            if (_version != version)
            {
                return false;
            }

            _readers.Add(reader);
            return true;
        }
    }

    /// <summary>Removes a reader that no longer waits.</summary>
    public void Remove(Waiter reader)
    {
        lock (_gate)
        {
            _readers.Remove(reader);
        }
    }

    /// <summary>Signals every reader.</summary>
    public void Raise()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _version);
            foreach (var reader in _readers)
            {
                reader.Signal();
            }

            _readers.Clear();
        }
    }
}
