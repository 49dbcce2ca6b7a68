namespace ZProc.Core.State;

/// <summary>A request that the store may have to queue behind a turn.</summary>
public abstract class Ticket
{
    private protected Ticket(Guid client, Guid source)
    {
        Client = client;
        Source = source;
    }

    /// <summary>The client that asks.</summary>
    public Guid Client { get; }

    /// <summary>The session or process that asks.</summary>
    public Guid Source { get; }

    /// <summary>Where it waits; null when it does not.</summary>
    internal LinkedListNode<Ticket>? Place { get; set; }

    internal abstract void Fail(FaultException fault);
}
