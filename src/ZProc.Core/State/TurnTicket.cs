namespace ZProc.Core.State;

/// <summary>A request for the turn of a namespace, and the callback for its outcome.</summary>
public sealed class TurnTicket : Ticket
{
    private readonly Action<TurnGrant?, FaultException?> _completed;

    /// <summary>Creates it.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="client">The client that sends the request.</param>
    /// <param name="source">The session or process that sends the request.</param>
    /// <param name="completed">Called once, under the store's lock, when the turn is granted or refused. The callback may only hand the outcome on.</param>
    public TurnTicket(string ns, Guid client, Guid source, Action<TurnGrant?, FaultException?> completed)
        : base(client, source)
    {
        Namespace = ns;
        _completed = completed;
    }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    internal void Grant(TurnGrant grant) => _completed(grant, null);

    internal override void Fail(FaultException fault) => _completed(null, fault);
}
