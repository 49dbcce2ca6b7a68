namespace ZProc.Core.State;

/// <summary>A namespace in the store: its data, who has the turn, and who waits.</summary>
internal sealed class StoreNamespace
{
    private readonly LinkedList<Ticket> _waiting = new();

    public StoreNamespace(NamespaceData data) => Data = data;

    public NamespaceData Data { get; }

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
