using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>
/// The client of one state in this OS process, shared by all its threads and runspaces. Behind the client is the store of this
/// process, a server of ZProc, or an engine. The comments call all of them the server.
/// Every blocking call ends at its deadline (<see cref="Fault.Timeout"/>), at cancellation
/// (<see cref="OperationCanceledException"/>), and when the server is lost (<see cref="Fault.ConnectionLost"/>)
/// or stopped (<see cref="Fault.ContextStopped"/>). There is one exception. A timeout means that nothing was changed, so a commit or a
/// request for a turn that the server may have carried out is waited for beyond its deadline, until its outcome is known, the call is
/// cancelled, or the server is lost.
/// </summary>
public interface IClient : IDisposable
{
    /// <summary>The client's id.</summary>
    Guid Id { get; }

    /// <summary>The id of the server's start that this client belongs to.</summary>
    Guid Incarnation { get; }

    /// <summary>The OS process that runs the server of ZProc; null where no such server has the state.</summary>
    int? ServerProcessId { get; }

    /// <summary>The newest sequence that this process has seen. Reads are never older.</summary>
    long ObservedSequence { get; }

    /// <summary>Signalled when this client can no longer be used; the reason is <see cref="Failure"/>.</summary>
    CancellationToken Closed { get; }

    /// <summary>The reason why this client can no longer be used; null while it can.</summary>
    FaultException? Failure { get; }

    /// <summary>The limits of the server's store.</summary>
    StoreOptions Limits { get; }

    /// <summary>
    /// Called when this client has reconnected after it was away for so long that it was taken for gone, and its processes were marked
    /// as lost; also when an engine has lost commits of the client. The callback comes on a thread of the connection, and must only signal.
    /// A client that cannot be away never calls it.
    /// </summary>
    Action? Forgotten { get; set; }

    /// <summary>Notes a sequence that another process has seen (from its end, or a message). Later reads are at least that new.</summary>
    void Observe(long sequence);

    /// <summary>Reads one key.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="key">The key.</param>
    /// <param name="fresh">Whether to ask the server even when there is a replica.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The entry; null when the key is missing.</returns>
    Entry? Get(string ns, string key, bool fresh = false, CancellationToken cancellation = default);

    /// <summary>Reads a whole namespace.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="fresh">Whether to ask the server even when there is a replica.</param>
    /// <param name="observer">Is told how much of a large namespace has arrived.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Snapshot GetSnapshot(string ns, bool fresh = false, ITransferObserver? observer = null, CancellationToken cancellation = default);

    /// <summary>Reads the revision and the number of keys of a namespace.</summary>
    NamespaceSummary Summarize(string ns, bool fresh = false, CancellationToken cancellation = default);

    /// <summary>Lists the server's namespaces that have been written to, ordered by name.</summary>
    IReadOnlyList<NamespaceInfo> GetNamespaces(CancellationToken cancellation = default);

    /// <summary>Reads the updates of a namespace that the log keeps, oldest first, up to the newest one.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="since">The last revision already known; null for all updates that the log keeps.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    UpdatePage GetUpdates(string ns, long? since, CancellationToken cancellation = default);

    /// <summary>Makes a commit and waits for its result.</summary>
    /// <exception cref="FaultException">Conflict, ValueTooLarge, InvalidKey, TurnLost: nothing was changed.</exception>
    CommitResult Commit(CommitRequest request, Deadline deadline = default, CancellationToken cancellation = default);

    /// <summary>
    /// Sends a commit without waiting for its result. The call blocks only while too many requests are pending.
    /// Commits of one client are made in the order of the calls.
    /// </summary>
    Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation = default);

    /// <summary>Waits for the turn of a namespace. Dispose releases it.</summary>
    /// <exception cref="FaultException">Timeout: the client has left the queue.</exception>
    Turn AcquireTurn(string ns, Source source, Deadline deadline = default, CancellationToken cancellation = default);

    /// <summary>Opens a watch. It sees every update that is committed after this call returned, in order, exactly once.</summary>
    /// <exception cref="FaultException">Compacted: the log no longer has the updates since <see cref="WatchOptions.SinceRevision"/>.</exception>
    Watch Watch(WatchOptions options, CancellationToken cancellation = default);

    /// <summary>
    /// Releases the turns of a source that has ended, and its places in their queues. If the source was an OS process that
    /// supervised others, those are marked as lost.
    /// </summary>
    void EndSource(Guid source);

    /// <summary>Sends the server a ping and waits for its reply.</summary>
    PingResult Ping(Deadline deadline, CancellationToken cancellation = default);
}
