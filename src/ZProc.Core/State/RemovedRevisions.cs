namespace ZProc.Core.State;

/// <summary>
/// The last revisions of namespaces that were removed. A namespace made again goes on from there, so that no revision is given twice.
/// The memory is bounded. Not thread-safe: the store's lock guards it.
/// </summary>
internal sealed class RemovedRevisions
{
    /// <summary>How many namespaces are remembered: those that were removed last.</summary>
    public const int MaximumCount = 65_536;

    private readonly Dictionary<string, LinkedListNode<(string Namespace, long Revision)>> _places = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Namespace, long Revision)> _inOrder = new();

    /// <summary>How many namespaces are remembered.</summary>
    public int Count => _places.Count;

    /// <summary>The last revision of a namespace; 0 for one that is not remembered.</summary>
    public long Find(string ns) => _places.TryGetValue(ns, out var place) ? place.Value.Revision : 0;

    /// <summary>The last revision of a namespace that is made again; 0 for one that is not remembered.</summary>
    public long Take(string ns)
    {
        if (!_places.Remove(ns, out var place))
        {
            return 0;
        }

        _inOrder.Remove(place);
        return place.Value.Revision;
    }

    /// <summary>Remembers a namespace. It is not remembered now.</summary>
    public void Add(string ns, long revision)
    {
        if (ns.StartsWith(KeyName.OutputPrefix, StringComparison.Ordinal))
        {
            return; // the name holds an id that is used once
        }

        _places.Add(ns, _inOrder.AddLast((ns, revision)));
        if (_inOrder.Count > MaximumCount)
        {
            _places.Remove(_inOrder.First!.Value.Namespace);
            _inOrder.RemoveFirst();
        }
    }
}
