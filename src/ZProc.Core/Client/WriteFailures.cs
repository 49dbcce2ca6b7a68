namespace ZProc.Core.Client;

/// <summary>
/// The failures of unconfirmed writes, in the order in which they were written. Each is taken once. Beyond a limit only the number
/// of failures is kept, by writer. Not thread-safe.
/// </summary>
internal sealed class WriteFailures
{
    private readonly int _limit;
    private readonly LinkedList<(UnconfirmedWrite Write, FaultException Fault)> _failures = new();
    private readonly Dictionary<Guid, int> _counted = [];

    /// <param name="limit">How many failures are kept one by one.</param>
    public WriteFailures(int limit) => _limit = limit;

    /// <summary>Whether there is a failure that was kept one by one.</summary>
    public bool Any => _failures.Count > 0;

    /// <summary>Adds a failure. Outcomes arrive out of order: the failure goes behind those of earlier writes.</summary>
    public void Add(UnconfirmedWrite write, FaultException fault)
    {
        if (_failures.Count >= _limit)
        {
            _counted[write.Source] = _counted.GetValueOrDefault(write.Source) + 1;
            return;
        }

        var before = _failures.Last;
        while (before is not null && before.Value.Write.Number > write.Number)
        {
            before = before.Previous;
        }

        _ = before is null ? _failures.AddFirst((write, fault)) : _failures.AddAfter(before, (write, fault));
    }

    /// <summary>Takes the first failure of a selection that no earlier write can still precede; null when there is none.</summary>
    /// <param name="source">The id of the writer; null for all.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="pending">The writes whose outcome is not known yet.</param>
    public FaultException? Take(Guid? source, string? ns, IEnumerable<UnconfirmedWrite> pending)
    {
        var first = new Dictionary<(Guid Source, string Namespace), long>();
        foreach (var write in pending)
        {
            var stream = (write.Source, write.Namespace);
            first[stream] = Math.Min(write.Number, first.GetValueOrDefault(stream, long.MaxValue));
        }

        for (var node = _failures.First; node is not null; node = node.Next)
        {
            var write = node.Value.Write;
            if (write.Matches(source, ns) && write.Number < first.GetValueOrDefault((write.Source, write.Namespace), long.MaxValue))
            {
                _failures.Remove(node);
                return node.Value.Fault;
            }
        }

        return null;
    }

    /// <summary>Takes the number of failures that were only counted.</summary>
    /// <param name="source">The id of the writer; null for all.</param>
    public int TakeCount(Guid? source)
    {
        var count = 0;
        foreach (var id in source is { } one ? [one] : _counted.Keys.ToArray())
        {
            count += _counted.Remove(id, out var counted) ? counted : 0;
        }

        return count;
    }
}
