using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.State;

/// <summary>
/// A namespace as commands and <c>$State</c> read and change it: as it is now, as it was, or as the atomic block of this runspace
/// sees it.
/// </summary>
internal abstract class StateAccess
{
    /// <summary>The namespace.</summary>
    public abstract string Namespace { get; }

    /// <summary>The newest revision.</summary>
    public abstract long Revision { get; }

    /// <summary>How many keys there are.</summary>
    public abstract int Count { get; }

    /// <summary>The limits of values.</summary>
    public abstract StoreOptions Limits { get; }

    /// <summary>A key's entry; null when it is missing.</summary>
    public abstract ZStateEntry? Find(string key);

    /// <summary>The keys, ordered.</summary>
    public abstract IReadOnlyList<string> Keys();

    /// <summary>All entries of one moment, ordered by key.</summary>
    public abstract IEnumerable<ZStateEntry> Entries();

    /// <summary>Makes changes, as one update. Waits for an atomic block of another client, at most until the deadline.</summary>
    public abstract CommitResult Commit(IReadOnlyList<Change> changes, bool force = false, Deadline deadline = default);

    /// <summary>Sends changes, as one update, without waiting. A failure is reported later: <see cref="UnconfirmedWrites"/>.</summary>
    public virtual void Send(IReadOnlyList<Change> changes, bool force = false) => Commit(changes, force);

    /// <summary>
    /// The namespace as commands of the calling runspace see it: as the atomic block sees it inside a block of that namespace, or
    /// else as it is now. Inside any block changes are refused.
    /// </summary>
    /// <exception cref="Core.FaultException">ProcessFailed: the source belongs to an abandoned process.</exception>
    public static StateAccess Of(ZProcContext context, string ns, Source source, bool fresh = false, ITransferObserver? observer = null, CancellationToken cancellation = default)
    {
        RevokedSources.ThrowIfRevoked(source);
        return AtomicState.Current is { } block && block.IsOf(context, ns) ? block.ReadOnly : new LiveState(context, ns, source, fresh, observer, cancellation);
    }
}
