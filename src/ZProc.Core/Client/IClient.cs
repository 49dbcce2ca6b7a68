using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>
/// This OS process's way to one server, shared by all its threads and runspaces.
/// Every blocking call ends at its deadline (<see cref="Fault.Timeout"/>), at cancellation
/// (<see cref="OperationCanceledException"/>), and when the server is lost (<see cref="Fault.ConnectionLost"/>)
/// or stopped (<see cref="Fault.ContextStopped"/>).
/// </summary>
public interface IClient : IDisposable
{
    /// <summary>Identifies this client to the server.</summary>
    Guid Id { get; }

    /// <summary>Which start of the server this client belongs to.</summary>
    Guid Incarnation { get; }

    /// <summary>The newest sequence this process has seen; reads never show anything older.</summary>
    long ObservedSequence { get; }

    /// <summary>Signalled when this client can no longer be used; the reason is <see cref="Failure"/>.</summary>
    CancellationToken Closed { get; }

    /// <summary>Why it can no longer be used; null while it can.</summary>
    FaultException? Failure { get; }

    /// <summary>The limits of the server's store.</summary>
    StoreOptions Limits { get; }

    /// <summary>Learns of a sequence from elsewhere (a process that ended, a message): later reads are at least that new.</summary>
    void Observe(long sequence);

    /// <summary>Reads one key.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="key">The key.</param>
    /// <param name="fresh">Asks the server even where a replica is at hand.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The entry; null when the key is missing.</returns>
    Entry? Get(string ns, string key, bool fresh = false, CancellationToken cancellation = default);

    /// <summary>Reads a whole namespace, as it is now.</summary>
    Snapshot GetSnapshot(string ns, bool fresh = false, CancellationToken cancellation = default);

    /// <summary>How far and how large a namespace is, without reading it.</summary>
    NamespaceSummary Summarize(string ns, bool fresh = false, CancellationToken cancellation = default);

    /// <summary>The namespaces that have been written to, ordered by name, as the server has them now.</summary>
    IReadOnlyList<NamespaceInfo> GetNamespaces(CancellationToken cancellation = default);

    /// <summary>The kept updates of a namespace, oldest first, up to the newest one.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="since">The last revision already known; null for all that are kept.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    UpdatePage GetUpdates(string ns, long? since, CancellationToken cancellation = default);

    /// <summary>Commits, and returns when it is committed.</summary>
    /// <exception cref="FaultException">Conflict, ValueTooLarge, InvalidKey, TurnLost: nothing was changed.</exception>
    CommitResult Commit(CommitRequest request, Deadline deadline = default, CancellationToken cancellation = default);

    /// <summary>
    /// Commits without waiting for the outcome; it may wait for room, as what is on its way is bounded.
    /// Commits of one client are made in the order in which they were sent.
    /// </summary>
    Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation = default);

    /// <summary>Waits for the turn of a namespace. Dispose releases it.</summary>
    /// <exception cref="FaultException">Timeout: the place in the queue is given up.</exception>
    Turn AcquireTurn(string ns, Source source, Deadline deadline = default, CancellationToken cancellation = default);

    /// <summary>Starts watching. What is committed after this returned is seen, in order, exactly once.</summary>
    /// <exception cref="FaultException">Compacted: <see cref="WatchOptions.SinceRevision"/> is older than what is kept.</exception>
    Watch Watch(WatchOptions options, CancellationToken cancellation = default);

    /// <summary>
    /// Gives up everything that was held in the name of a source that has ended: its turns, and its place in their queues. The
    /// processes that it looked after as an OS process of its own are marked as lost.
    /// </summary>
    void EndSource(Guid source);

    /// <summary>Asks the server for a sign of life.</summary>
    /// <returns>The round trip and the server's sequence and OS process.</returns>
    PingResult Ping(Deadline deadline, CancellationToken cancellation = default);
}
