namespace ZProc.Core.Engines.Redis;

/// <summary>The requests of a client that have no outcome yet, in the order of their numbers. Guarded by the gate of the <see cref="RequestChannel"/>.</summary>
internal sealed class NumberedRequests
{
    private readonly LinkedList<NumberedRequest> _pending = new();
    private bool _hasGap; // the engine refused a request, and its number with it

    /// <summary>The number of the newest request.</summary>
    public long Newest { get; private set; }

    /// <summary>Whether a request waits for its outcome. One that was withdrawn only has its number here.</summary>
    public bool AnyWaits => _pending.Any(static request => !request.Reply.IsCompleted);

    /// <summary>The number up to which the client has every outcome.</summary>
    public long Resolved => (_pending.First?.Value.Number ?? Newest + 1) - 1;

    /// <summary>The requests.</summary>
    public NumberedRequest[] All() => [.. _pending];

    /// <summary>Gives a new request the next number.</summary>
    public NumberedRequest Add(Func<long, NumberedRequest> create)
    {
        var request = create(++Newest);
        _pending.AddLast(request);
        return request;
    }

    /// <summary>Removes a request that has its outcome.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isRefused">Whether the engine refused it, so that it does not have the number.</param>
    public void Remove(NumberedRequest request, bool isRefused)
    {
        _pending.Remove(request);
        _hasGap |= isRefused;
    }

    /// <summary>Fails the requests that the engine may have carried out, as it has forgotten their outcomes.</summary>
    public void Forget()
    {
        foreach (var request in _pending.Where(static request => request.MayBeMade).ToArray())
        {
            Remove(request, isRefused: true);
            request.Fail(new FaultException(
                Fault.ConnectionLost, "This session was away for so long that the engine has forgotten its requests. A write without a reply may or may not have been made."));
        }
    }

    /// <summary>Compares the engine's place with the requests.</summary>
    /// <param name="last">The last request that the engine has carried out.</param>
    /// <param name="lost">Whether the engine has lost outcomes that this client had.</param>
    /// <returns>Null when the place fits; else the one at which the engine has to go on.</returns>
    /// <exception cref="FaultException">ConnectionLost: the engine has carried out a request that this client has not sent.</exception>
    public long? Place(long last, out bool lost)
    {
        lost = last < Resolved && !_hasGap;
        if (last < Resolved)
        {
            return Resolved;
        }

        if (last > Newest)
        {
            throw new FaultException(Fault.ConnectionLost, "Another client has the id of this one. Connect again.");
        }

        _hasGap = false;
        return null;
    }

    /// <summary>Fails the requests that the engine cannot have carried out. Their numbers stay, as those of requests that were withdrawn.</summary>
    /// <param name="newest">The number of the last one.</param>
    /// <param name="reason">The error.</param>
    /// <returns>Whether a request is left whose outcome is not known.</returns>
    public bool Refuse(long newest, FaultException reason)
    {
        var isAnyLeft = false;
        foreach (var request in _pending.Where(static request => !request.Reply.IsCompleted))
        {
            if (request.IsUnderway || request.MayBeMade)
            {
                isAnyLeft = true;
            }
            else if (request.Number <= newest)
            {
                request.Withdraw(reason);
                request.Fail(reason);
            }
        }

        return isAnyLeft;
    }

    /// <summary>Fails what has no outcome.</summary>
    /// <param name="reason">The error.</param>
    /// <param name="unsure">The error of the commits that the engine may have made; null for the reason.</param>
    public void End(FaultException reason, FaultException? unsure)
    {
        foreach (var request in _pending)
        {
            request.Fail(unsure is not null && request is { IsCommit: true } and ({ IsUnderway: true } or { MayBeMade: true }) ? unsure : reason);
        }

        _pending.Clear();
    }
}
