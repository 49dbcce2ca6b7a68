using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>
/// The state, as the clean-up after a source needs it. A server cleans up on its core thread, so a read of its store must not wait for the
/// disk, as a read of a client does that has commits on their way.
/// </summary>
internal interface ICleanupState
{
    /// <summary>Reads a whole namespace, as it is now.</summary>
    Snapshot GetSnapshot(string ns);

    /// <summary>Lists the namespaces.</summary>
    IReadOnlyList<NamespaceInfo> GetNamespaces();

    /// <summary>Sends a commit without waiting for its result.</summary>
    Task CommitAsync(CommitRequest request);
}
