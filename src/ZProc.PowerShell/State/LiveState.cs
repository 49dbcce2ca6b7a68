using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.PowerShell;

/// <summary>A namespace itself.</summary>
internal sealed class LiveState : StateAccess
{
    private readonly ZProcContext _context;
    private readonly Source _source;
    private readonly CancellationToken _cancellation;
    private readonly bool _fresh;

    public LiveState(ZProcContext context, string ns, Source source, bool fresh, CancellationToken cancellation)
    {
        _context = context;
        Namespace = ns;
        _source = source;
        _cancellation = cancellation;
        _fresh = fresh;
    }

    public override string Namespace { get; }

    public override long Revision => Snapshot().Revision;

    public override bool TryGet(string key, out object? value)
    {
        if (_context.Client.Get(Namespace, key, _fresh, _cancellation) is { } entry)
        {
            value = PowerShellValues.Decode(entry.Value);
            return true;
        }

        value = null;
        return false;
    }

    public override IReadOnlyList<string> Keys() => Snapshot().Entries.Select(pair => pair.Key).ToArray();

    public override IEnumerable<KeyValuePair<string, object?>> Entries() =>
        Snapshot().Entries.Select(pair => new KeyValuePair<string, object?>(pair.Key, PowerShellValues.Decode(pair.Value.Value)));

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false)
    {
        if (AtomicState.Current is { } block)
        {
            throw block.NestedUpdate();
        }

        KeyName.CheckWritable(Namespace);
        return _context.Client.Commit(new CommitRequest(Namespace, _source, changes, Force: force), default, _cancellation);
    }

    private Snapshot Snapshot() => _context.Client.GetSnapshot(Namespace, _fresh, _cancellation);
}
