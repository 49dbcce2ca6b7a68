using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.State;

/// <summary>A namespace as it was at an earlier revision. Read-only.</summary>
internal sealed class PastState : StateAccess
{
    private readonly ZProcContext _context;
    private readonly CancellationToken _cancellation;
    private readonly bool _detailed;
    private SortedDictionary<string, PastEntry>? _entries;

    /// <param name="context">The context.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="detailed">Whether entries have their revision and time, which takes more reads.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FaultException">InvalidArgument: the revision is negative.</exception>
    public PastState(ZProcContext context, string ns, long revision, bool detailed, CancellationToken cancellation)
    {
        _detailed = detailed;
        _context = context;
        Namespace = ns;
        Revision = revision >= 0 ? revision : throw new FaultException(
            Fault.InvalidArgument, $"There is no revision {revision}: revisions count from 0.", revision);
        _cancellation = cancellation;
    }

    public override string Namespace { get; }

    public override long Revision { get; }

    public override int Count => All.Count;

    public override StoreOptions Limits => _context.Client.Limits;

    private SortedDictionary<string, PastEntry> All => _entries ??= Read(() => _detailed
        ? _context.Client.EntriesAt(Namespace, Revision, _cancellation)
        : new SortedDictionary<string, PastEntry>(
            _context.Client.ValuesAt(Namespace, Revision, cancellation: _cancellation).ToDictionary(pair => pair.Key, pair => new PastEntry(pair.Value, null, null)),
            StringComparer.Ordinal));

    public override ZStateEntry? Find(string key)
    {
        KeyName.Check(key);
        if (!_detailed && _entries is null)
        {
            return Read(() => _context.Client.ValueAt(Namespace, key, Revision, _cancellation)) is { } value
                ? new ZStateEntry(key, value, null, null)
                : null;
        }

        return All.TryGetValue(key, out var entry) ? EntryOf(key, entry) : null;
    }

    public override IReadOnlyList<string> Keys() => [.. All.Keys];

    public override IEnumerable<ZStateEntry> Entries() => All.Select(pair => EntryOf(pair.Key, pair.Value));

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false, Deadline deadline = default) => throw new NotSupportedException();

    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FaultException fault) when (fault is { Fault: Fault.Compacted, Target: long oldest })
        {
            throw new FaultException(
                Fault.Compacted,
                $"Revision {Revision} of the namespace '{Namespace}' is no longer kept; the oldest one is {oldest - 1}. Start the context with a larger -MaximumHistoryCount or -MaximumHistoryBytes to keep more.",
                oldest - 1,
                fault);
        }
    }

    private static ZStateEntry EntryOf(string key, PastEntry entry) => new(key, entry.Value, entry.Revision, entry.Updated);
}
