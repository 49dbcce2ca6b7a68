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
    private volatile bool _isWaitedFor;
    private bool _isClosed;

    /// <param name="total">The bound, at least the length of the longest message.</param>
    public MessageBudget(long total) => _total = total;

    /// <summary>The bytes that are reserved now.</summary>
    public long Reserved { get; private set; }

    /// <summary>Whether a message waits for room.</summary>
    public bool IsWaitedFor => _isWaitedFor;

    /// <summary>Reserves bytes. Waits until there is room.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="goesOn">Called now and then while it waits; returns whether to wait on.</param>
    /// <exception cref="OperationCanceledException">The budget was closed, or the wait does not go on.</exception>
    public void Reserve(long bytes, Func<bool> goesOn)
    {
        lock (_gate)
        {
            var place = _waiting.AddLast(bytes);
            var isGivenUp = false;
            while (!_isClosed && !isGivenUp && (_waiting.First != place || Reserved + bytes > _total))
            {
                _isWaitedFor = true;
                Monitor.Wait(_gate, WireLimits.HeartbeatInterval);
                isGivenUp = !goesOn();
            }

            _waiting.Remove(place);
            _isWaitedFor = _waiting.Count > 0;
            Monitor.PulseAll(_gate);
            if (_isClosed || isGivenUp)
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
