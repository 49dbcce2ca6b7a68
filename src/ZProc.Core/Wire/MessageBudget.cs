namespace ZProc.Core.Wire;

/// <summary>
/// Bounds the bytes of all long messages that a server receives at a time. A message reserves its whole length before its first
/// part is kept, in order of arrival, so that no two of them wait for each other. Thread-safe.
/// </summary>
internal sealed class MessageBudget
{
    private readonly object _gate = new();
    private readonly LinkedList<long> _waiting = new();
    private readonly long _total;
    private bool _isClosed;

    /// <param name="total">The bound, at least the length of the longest message.</param>
    public MessageBudget(long total) => _total = total;

    /// <summary>The bytes that are reserved now.</summary>
    public long Reserved { get; private set; }

    /// <summary>Reserves bytes. Waits until there is room.</summary>
    /// <exception cref="OperationCanceledException">The budget was closed.</exception>
    public void Reserve(long bytes)
    {
        lock (_gate)
        {
            var place = _waiting.AddLast(bytes);
            while (!_isClosed && (_waiting.First != place || Reserved + bytes > _total))
            {
                Monitor.Wait(_gate);
            }

            _waiting.Remove(place);
            Monitor.PulseAll(_gate);
            if (_isClosed)
            {
                throw new OperationCanceledException();
            }

            Reserved += bytes;
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            Reserved -= bytes;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends every wait.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
