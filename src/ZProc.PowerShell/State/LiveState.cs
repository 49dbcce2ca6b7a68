using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.State;

/// <summary>A namespace as it is now.</summary>
internal sealed class LiveState : StateAccess
{
    private readonly ZProcContext _context;
    private readonly Source _source;
    private readonly CancellationToken _cancellation;
    private readonly bool _fresh;
    private readonly ITransferObserver? _observer;

    /// <param name="context">The context.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="source">The source of changes.</param>
    /// <param name="fresh">Whether reads ask the server.</param>
    /// <param name="observer">Is told how much of a large namespace has arrived.</param>
    /// <param name="cancellation">Ends waits.</param>
    public LiveState(ZProcContext context, string ns, Source source, bool fresh, ITransferObserver? observer, CancellationToken cancellation)
    {
        _context = context;
        Namespace = ns;
        _source = source;
        _cancellation = cancellation;
        _fresh = fresh;
        _observer = observer;
    }

    public override string Namespace { get; }

    public override long Revision => _context.Client.Summarize(Namespace, _fresh, _cancellation).Revision;

    public override int Count => _context.Client.Summarize(Namespace, _fresh, _cancellation).Count;

    public override StoreOptions Limits => _context.Client.Limits;

    public override ZStateEntry? Find(string key) =>
        _context.Client.Get(Namespace, key, _fresh, _cancellation) is { } entry ? new ZStateEntry(key, entry.Value, entry.Revision, entry.Updated) : null;

    public override IReadOnlyList<string> Keys() => Snapshot().Entries.Select(pair => pair.Key).ToArray();

    public override IEnumerable<ZStateEntry> Entries() =>
        Snapshot().Entries.Select(pair => new ZStateEntry(pair.Key, pair.Value.Value, pair.Value.Revision, pair.Value.Updated));

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false, Deadline deadline = default) =>
        _context.Client.Commit(Request(changes, force), deadline, _cancellation);

    public override void Send(IReadOnlyList<Change> changes, bool force = false)
    {
        foreach (var change in changes)
        {
            if (change.Kind != ChangeKind.Clear)
            {
                KeyName.Check(change.Key); // an invalid key is an error of this call, and not a late one
            }
        }

        _context.Unconfirmed.Add(_source, Namespace, _context.Client.CommitAsync(Request(changes, force), _cancellation));
    }

    private CommitRequest Request(IReadOnlyList<Change> changes, bool force)
    {
        if (AtomicState.Current is { } block)
        {
            throw block.NestedUpdate();
        }

        KeyName.CheckWritable(Namespace);
        return new CommitRequest(Namespace, _source, changes, Force: force);
    }

    private Snapshot Snapshot() => _context.Client.GetSnapshot(Namespace, _fresh, _observer, _cancellation);
}
