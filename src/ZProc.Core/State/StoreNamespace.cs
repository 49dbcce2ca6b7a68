using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>A namespace in the store: its data, who has the turn, and who waits.</summary>
internal sealed class StoreNamespace
{
    private readonly LinkedList<Ticket> _waiting = new();

    public StoreNamespace(NamespaceData data)
    {
        Data = data;
        Find = data.FindValue;
        FindRevision = key => data.Find(key)?.Revision ?? 0;
        GetKeys = () => data.Keys;
    }

    public NamespaceData Data { get; }

    // Made once, not for each commit.
    public Func<string, EncodedValue?> Find { get; }

    public Func<string, long> FindRevision { get; }

    public Func<IEnumerable<string>> GetKeys { get; }

    /// <summary>Whether it has been written to since it was made or removed. Watching one that is not there yet is possible.</summary>
    public bool Exists { get; set; }

    /// <summary>Whether nobody would notice if it were made anew.</summary>
    public bool IsIdle => Holder is null && _waiting.Count == 0 && !Data.Feed.IsWatched;

    public TurnHolder? Holder { get; set; }

    public IEnumerable<Ticket> Waiting => _waiting;

    public void Enqueue(Ticket ticket) => ticket.Place = _waiting.AddLast(ticket);

    public Ticket? Dequeue()
    {
        if (_waiting.First is not { } first)
        {
            return null;
        }

        _waiting.RemoveFirst();
        first.Value.Place = null;
        return first.Value;
    }
}
