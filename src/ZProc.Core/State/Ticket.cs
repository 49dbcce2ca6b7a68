namespace ZProc.Core.State;

/// <summary>A request that may have to wait in a <see cref="TurnQueue"/>.</summary>
public abstract class Ticket
{
    private protected Ticket(Guid client, Guid source)
    {
        Client = client;
        Source = source;
    }

    /// <summary>The client that sent the request.</summary>
    public Guid Client { get; }

    /// <summary>The session or process that sent the request.</summary>
    public Guid Source { get; }

    /// <summary>The place in the queue; null when the request does not wait.</summary>
    internal LinkedListNode<Ticket>? Place { get; set; }

    internal abstract void Fail(FaultException fault);
}
