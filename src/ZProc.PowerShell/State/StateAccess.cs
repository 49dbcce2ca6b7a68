using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.PowerShell;

/// <summary>
/// How commands and <c>$State</c> reach a namespace: the state itself, or the working copy of the atomic block that
/// this runspace is in. Keys and values go in and come out as the state has them.
/// </summary>
internal abstract class StateAccess
{
    /// <summary>The namespace.</summary>
    public abstract string Namespace { get; }

    /// <summary>The newest revision.</summary>
    public abstract long Revision { get; }

    /// <summary>The value of a key.</summary>
    public abstract bool TryGet(string key, out object? value);

    /// <summary>The keys, ordered.</summary>
    public abstract IReadOnlyList<string> Keys();

    /// <summary>Carries out changes as one update.</summary>
    public abstract CommitResult Commit(IReadOnlyList<Change> changes, bool force = false);

    /// <summary>All keys and values, ordered by key, of one moment.</summary>
    public abstract IEnumerable<KeyValuePair<string, object?>> Entries();

    /// <summary>
    /// How the calling runspace reads a namespace: inside an atomic block of it, as the block sees it. What is changed
    /// through this from inside a block is refused, but through the block's own <c>$State</c>.
    /// </summary>
    public static StateAccess Of(ZProcContext context, string ns, Source source, bool fresh = false, CancellationToken cancellation = default)
    {
        CurrentSource.ThrowIfRevoked(source);
        return AtomicState.Current is { } block && block.IsOf(context, ns) ? block.ReadOnly : new LiveState(context, ns, source, fresh, cancellation);
    }
}
