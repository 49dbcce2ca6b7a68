namespace ZProc.Core.Engines.Redis;

/// <summary>The client's commits and requests for turns that have no outcome yet. Thread-safe.</summary>
internal sealed class OpenRequests
{
    private readonly object _gate = new();
    private readonly HashSet<RequestWaits> _open = [];

    /// <summary>Adds a request that begins.</summary>
    public void Add(RequestWaits request)
    {
        lock (_gate)
        {
            _open.Add(request);
        }
    }

    /// <summary>Removes a request that has ended.</summary>
    public void Remove(RequestWaits request)
    {
        lock (_gate)
        {
            _open.Remove(request);
        }
    }

    /// <summary>Ends the waits of a source's requests. One that comes later is a new one.</summary>
    public void End(Guid source)
    {
        foreach (var request in All().Where(request => request.Source == source))
        {
            request.EndSource();
        }
    }

    /// <summary>Ends the waits of all requests.</summary>
    public void End(FaultException reason)
    {
        foreach (var request in All())
        {
            request.End(reason);
        }
    }

    private RequestWaits[] All()
    {
        lock (_gate)
        {
            return [.. _open];
        }
    }
}
