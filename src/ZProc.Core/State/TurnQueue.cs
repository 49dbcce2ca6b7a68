using ZProc.Core.Diagnostics;

namespace ZProc.Core.State;

/// <summary>
/// The turn of one namespace: who holds it, and the requests that wait for it in arrival order. Turns are granted here, and
/// only here. Not thread-safe: the store's lock guards it.
/// </summary>
internal sealed class TurnQueue
{
    private readonly LinkedList<Ticket> _waiting = new();
    private readonly Func<CommitRequest, CommitResult> _commit;
    private readonly Func<long> _newTurn;
    private readonly Func<long, TurnGrant> _describe;
    private readonly CommitPipeline? _pipeline;

    /// <summary>Creates an empty queue with a free turn.</summary>
    /// <param name="commit">Carries out a commit; throws <see cref="FaultException"/> to refuse it.</param>
    /// <param name="newTurn">Gives an id that no other turn has.</param>
    /// <param name="describe">Describes a turn that is granted now, by its id.</param>
    /// <param name="pipeline">Delays outcomes until the commits before them are on disk; null where nothing is kept on disk.</param>
    public TurnQueue(Func<CommitRequest, CommitResult> commit, Func<long> newTurn, Func<long, TurnGrant> describe, CommitPipeline? pipeline = null)
    {
        _commit = commit;
        _newTurn = newTurn;
        _describe = describe;
        _pipeline = pipeline;
    }

    /// <summary>The holder of the turn; null when the turn is free, and then nothing waits.</summary>
    public TurnHolder? Holder { get; private set; }

    /// <summary>How many requests wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Whether the turn is free and no request waits.</summary>
    public bool IsIdle => Holder is null && _waiting.Count == 0;

    /// <summary>Serves a request at once, or queues it while the turn is held. A commit of the holder never waits.</summary>
    public void Submit(Ticket ticket)
    {
        if (Holder is not null && ticket is not CommitTicket { Request.Turn: not 0 })
        {
            ticket.Place = _waiting.AddLast(ticket);
            ZProcMeter.WaitingTickets.Add(1);
        }
        else
        {
            Serve(ticket);
        }
    }

    /// <summary>Ends a turn. An unknown turn was lost before, and is ignored.</summary>
    public void Release(long turn)
    {
        if (Holder?.Id == turn)
        {
            Advance();
        }
    }

    /// <summary>
    /// Takes the turn from clients. Their waiting requests go on waiting; one that is given the turn meanwhile loses it at once, so that
    /// clients that died in the queue hold up nobody.
    /// </summary>
    public void Revoke(IReadOnlySet<Guid> clients)
    {
        while (Holder is { } holder && clients.Contains(holder.Client))
        {
            Advance();
        }
    }

    /// <summary>Fails the waiting requests of a client or source, and takes the turn from it.</summary>
    /// <param name="isTheirs">Tells by client and source.</param>
    public void End(Func<Guid, Guid, bool> isTheirs)
    {
        foreach (var ticket in _waiting.Where(ticket => isTheirs(ticket.Client, ticket.Source)).ToArray())
        {
            Withdraw(ticket);
            ticket.Fail(SourceEnded());
        }

        if (Holder is { } holder && isTheirs(holder.Client, holder.Source))
        {
            Advance();
        }
    }

    /// <summary>Fails every waiting request.</summary>
    public void Fail(FaultException reason)
    {
        while (Dequeue() is { } ticket)
        {
            ticket.Fail(reason);
        }
    }

    /// <summary>Takes a request out of whichever queue it waits in.</summary>
    /// <returns>Whether it waited; if not, its outcome has been told already.</returns>
    public static bool Withdraw(Ticket ticket)
    {
        if (ticket.Place is not { } place)
        {
            return false;
        }

        place.List!.Remove(place);
        ticket.Place = null;
        ZProcMeter.WaitingTickets.Add(-1);
        return true;
    }

    /// <summary>The error of a commit in a turn that was lost.</summary>
    internal static FaultException Lost(string ns) => new(
        Fault.TurnLost,
        $"The turn in namespace '{ns}' was lost before the commit: its holder ended or gave no sign of life. Nothing was changed; run the block again.",
        ns);

    /// <summary>The error of a request that waited when its sender ended.</summary>
    internal static FaultException SourceEnded() => new(Fault.TurnLost, "The session or process that sent the request has ended.");

    private void Serve(Ticket ticket)
    {
        try
        {
            if (ticket is TurnTicket turn)
            {
                Grant(turn);
            }
            else
            {
                Commit((CommitTicket)ticket);
            }
        }
        catch (FaultException fault)
        {
            Fail(ticket, fault);
        }
#pragma warning disable CA1031 // the fault of one request must not leave the others without a turn
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(ticket, FaultException.Unexpected(exception));
        }
    }

    private void Grant(TurnTicket ticket)
    {
        var turn = _newTurn();
        Holder = new TurnHolder(turn, ticket.Client, ticket.Source);
        if (_pipeline is null)
        {
            ticket.Grant(_describe(turn));
        }
        else
        {
            GrantInOrder(_pipeline, ticket, turn);
        }
    }

    // Methods of their own: a lambda in the callers would cost them a closure for each request to a state in memory.
    private void GrantInOrder(CommitPipeline pipeline, TurnTicket ticket, long turn) =>
        pipeline.After(() => ticket.Grant(_describe(turn)));

    private static void CompleteInOrder(CommitPipeline pipeline, CommitTicket ticket, CommitResult result) =>
        pipeline.After(() => ticket.Complete(result), ticket.Fail);

    /// <summary>Refuses a request. What it was refused for can be a commit that is not on disk yet.</summary>
    private void Fail(Ticket ticket, FaultException fault)
    {
        if (_pipeline is null)
        {
            ticket.Fail(fault);
        }
        else
        {
            _pipeline.After(() => ticket.Fail(fault), ticket.Fail);
        }
    }

    private void Commit(CommitTicket ticket)
    {
        var request = ticket.Request;
        if (request.Turn != 0)
        {
            CheckTurn(request, ticket.Client);
        }

        var result = _commit(request);
        if (_pipeline is null)
        {
            ticket.Complete(result);
        }
        else
        {
            CompleteInOrder(_pipeline, ticket, result);
        }

        // Where the commit waits for the disk, the turn has ended also when the disk refuses it: the holder gets the fault, and others go on.
        // Only a commit of the holder ends a turn. Without this condition a queue of plain commits that ask for it would nest.
        if (request is { Turn: not 0, EndTurn: true })
        {
            Advance();
        }
    }

    /// <summary>Ends the turn and serves the queue until the turn is granted again.</summary>
    private void Advance()
    {
        Holder = null;
        while (Holder is null && Dequeue() is { } ticket)
        {
            Serve(ticket);
        }
    }

    private Ticket? Dequeue()
    {
        if (_waiting.First is not { } first)
        {
            return null;
        }

        _waiting.RemoveFirst();
        first.Value.Place = null;
        ZProcMeter.WaitingTickets.Add(-1);
        return first.Value;
    }

    private void CheckTurn(CommitRequest request, Guid client)
    {
        if (Holder is not { } holder || holder.Id != request.Turn || holder.Client != client)
        {
            throw Lost(request.Namespace);
        }
    }
}
