using ZProc.Core.Durable;

namespace ZProc.Core.State;

/// <summary>
/// The life of the namespaces in a store: made when first written, watched or waited for, and forgotten when they have been removed
/// and are in use no more. Not thread-safe: the store's lock guards it.
/// </summary>
internal sealed class NamespaceTable
{
    private readonly Dictionary<string, StoreNamespace> _namespaces = new(StringComparer.Ordinal);

    private readonly RemovedRevisions _removed = new();
    private readonly object _gate;
    private readonly StoreOptions _options;
    private readonly CommitExecutor _commits;
    private readonly CommitPipeline? _pipeline;
    private long _lastTurn;

    /// <summary>Creates an empty table.</summary>
    /// <param name="gate">The store's lock, which guards every namespace and its watches.</param>
    /// <param name="options">The limits.</param>
    /// <param name="commits">Carries out the commits of every namespace.</param>
    /// <param name="pipeline">Brings commits to disk; null where nothing is kept on disk.</param>
    public NamespaceTable(object gate, StoreOptions options, CommitExecutor commits, CommitPipeline? pipeline = null)
    {
        _pipeline = pipeline;
        _gate = gate;
        _options = options;
        _commits = commits;
    }

    /// <summary>Every namespace held. Forgetting one while this is enumerated is allowed.</summary>
    public Dictionary<string, StoreNamespace>.ValueCollection All => _namespaces.Values;

    /// <summary>How many namespaces are held, those that are only watched included.</summary>
    public int Count => _namespaces.Count;

    /// <summary>A namespace that is held; null for any other.</summary>
    public StoreNamespace? Find(string ns) => _namespaces.GetValueOrDefault(ns);

    /// <summary>The last revision of a namespace that is not held; 0 for one that never was.</summary>
    public long RemovedRevision(string ns) => _removed.Find(ns);

    /// <summary>A namespace, made when it is not held.</summary>
    /// <exception cref="FaultException">InvalidKey.</exception>
    public StoreNamespace Open(string ns)
    {
        if (!_namespaces.TryGetValue(ns, out var space))
        {
            KeyName.Check(ns, "namespace");
            space = Add(new NamespaceData(ns, _gate, _options, _removed.Take(ns)));
        }

        return space;
    }

    /// <summary>Forgets a namespace, with its history, unless it exists or is in use.</summary>
    public void ForgetIfUnused(StoreNamespace space)
    {
        // One that was forgotten before may be told again, when another has its name.
        if (!space.CanBeForgotten || Find(space.Data.Name) != space)
        {
            return;
        }

        _namespaces.Remove(space.Data.Name);
        if (space.Data.Revision > 0)
        {
            _removed.Add(space.Data.Name, space.Data.Revision);
        }
    }

    /// <summary>Takes over the namespaces of a state that was on disk.</summary>
    public void Load(IEnumerable<RecoveredNamespace> recovered)
    {
        // The clients of an earlier server may still have the ids of their turns.
        _lastTurn = Random.Shared.NextInt64(1L << 20, 1L << 40) << 20;
        foreach (var space in recovered)
        {
            if (space.Exists)
            {
                Add(NamespaceData.Restore(space, _gate, _options)).Exists = true;
            }
            else
            {
                _removed.Add(space.Name, space.Revision);
            }
        }
    }

    private StoreNamespace Add(NamespaceData data)
    {
        var made = new StoreNamespace(data, _commits, () => ++_lastTurn, _pipeline);
        data.Feed.Unwatched = () => ForgetIfUnused(made);
        _namespaces.Add(data.Name, made);
        return made;
    }
}
