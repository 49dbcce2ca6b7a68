using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>The requests of a client that have no reply yet, numbered in the order in which they were made. Not thread-safe.</summary>
internal sealed class PendingRequests
{
    private readonly Dictionary<long, LinkedListNode<Request>> _byNumber = [];
    private readonly LinkedList<Request> _inOrder = new();
    private long _lastNumber;

    /// <summary>How many there are.</summary>
    public int Count => _byNumber.Count;

    /// <summary>The lowest number without a reply. There is at least one request.</summary>
    public long LowestNumber => _inOrder.First!.Value.Number;

    /// <summary>All, in the order to send them again after a reconnect: subscriptions first, because other replies may tell of their updates.</summary>
    public IEnumerable<Request> InResendOrder =>
        _inOrder.Where(static request => request.Operation == Operation.Subscribe).Concat(_inOrder.Where(static request => request.Operation != Operation.Subscribe));

    /// <summary>Adds a request and gives it the next number.</summary>
    public void Add(Request request)
    {
        request.Number = ++_lastNumber;
        _byNumber.Add(request.Number, _inOrder.AddLast(request));
    }

    /// <summary>The request with a number; null when it has its reply.</summary>
    public Request? Find(long number) => _byNumber.GetValueOrDefault(number)?.Value;

    /// <summary>Removes a request.</summary>
    /// <returns>The request; null when it was removed before.</returns>
    public Request? Remove(long number)
    {
        if (!_byNumber.Remove(number, out var node))
        {
            return null;
        }

        _inOrder.Remove(node);
        return node.Value;
    }

    /// <summary>Removes some requests.</summary>
    /// <returns>The removed requests, in order.</returns>
    public Request[] RemoveAll(Predicate<Request> isRemoved)
    {
        var removed = _inOrder.Where(request => isRemoved(request)).ToArray();
        foreach (var request in removed)
        {
            Remove(request.Number);
        }

        return removed;
    }

    /// <summary>Removes all requests.</summary>
    /// <returns>The removed requests, in order.</returns>
    public Request[] RemoveAll()
    {
        Request[] removed = [.. _inOrder];
        _byNumber.Clear();
        _inOrder.Clear();
        return removed;
    }
}
