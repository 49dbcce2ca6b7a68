using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.State;

/// <summary>
/// How commands and <c>$State</c> reach a namespace: the state itself, its past, or the working copy of the atomic block
/// that this runspace is in. Keys and values go in and come out as the state has them.
/// </summary>
internal abstract class StateAccess
{
    /// <summary>The namespace.</summary>
    public abstract string Namespace { get; }

    /// <summary>The newest revision.</summary>
    public abstract long Revision { get; }

    /// <summary>How many keys there are.</summary>
    public abstract int Count { get; }

    /// <summary>The limits that values have to keep.</summary>
    public abstract StoreOptions Limits { get; }

    /// <summary>A key's entry; null when it is missing.</summary>
    public abstract ZStateEntry? Find(string key);

    /// <summary>The keys, ordered.</summary>
    public abstract IReadOnlyList<string> Keys();

    /// <summary>All entries, ordered by key, of one moment.</summary>
    public abstract IEnumerable<ZStateEntry> Entries();

    /// <summary>Carries out changes as one update.</summary>
    public abstract CommitResult Commit(IReadOnlyList<Change> changes, bool force = false);

    /// <summary>Carries out changes as one update and does not wait for it. What goes wrong is told later: <see cref="UnconfirmedWrites"/>.</summary>
    public virtual void Send(IReadOnlyList<Change> changes, bool force = false) => Commit(changes, force);

    /// <summary>
    /// How the calling runspace reads a namespace: inside an atomic block of it, as the block sees it. What is changed
    /// through this from inside a block is refused, but through the block's own <c>$State</c>.
    /// </summary>
    public static StateAccess Of(ZProcContext context, string ns, Source source, bool fresh = false, CancellationToken cancellation = default)
    {
        RevokedSources.ThrowIfRevoked(source);
        return AtomicState.Current is { } block && block.IsOf(context, ns) ? block.ReadOnly : new LiveState(context, ns, source, fresh, cancellation);
    }
}
