namespace ZProc.Core.State;

/// <summary>A commit, and the callback for its outcome.</summary>
public sealed class CommitTicket : Ticket
{
    private readonly Action<CommitResult?, FaultException?> _completed;

    /// <summary>Creates it.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="client">The client that sends the request.</param>
    /// <param name="completed">Called once, in commit order, under the store's lock. The callback may only hand the outcome on.</param>
    public CommitTicket(CommitRequest request, Guid client, Action<CommitResult?, FaultException?> completed)
        : base(client, request.Source.Id)
    {
        Request = request;
        _completed = completed;
    }

    /// <summary>The commit.</summary>
    public CommitRequest Request { get; }

    internal void Complete(CommitResult result) => _completed(result, null);

    internal override void Fail(FaultException fault) => _completed(null, fault);
}
