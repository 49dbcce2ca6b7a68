using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>
/// The clean-up after a session or process that is gone and cannot do it by itself. The processes below it are marked as lost. The
/// namespaces through which it received output are removed, and so are its requests to others and theirs to it. A process that had ended
/// keeps its state and only loses its session.
/// </summary>
public static class SourceCleanup
{
    // No client has this id, so a watch that leaves out the updates of its own session sees the clean-up in every session.
    private static readonly Guid Id = Guid.NewGuid();

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Cleans up in the store of a server. Turns and waiting requests of the source end first. The call does not wait for the disk.</summary>
    /// <param name="store">The state.</param>
    /// <param name="gone">The session's client id, or the id of a process that was an OS process.</param>
    /// <param name="isResumable">Whether a process of that session goes on, and keeps its record: the caller starts it again. Null for none.</param>
    public static void Run(Store store, Guid gone, Func<ProcessRecord, bool>? isResumable = null)
    {
        store.EndSource(gone);
        _ = RunAsync(new StoreCleanupState(store), gone, isResumable ?? (static _ => false));
    }

    /// <summary>
    /// Cleans up in the store of a server after a session, as <see cref="Run"/> does. What the disk refuses is tried again, until it is
    /// written, the session has come back or the store is closed.
    /// </summary>
    /// <param name="store">The state.</param>
    /// <param name="session">The session's client id.</param>
    /// <param name="isStillGone">Asked before each further attempt: a session that has come back keeps what it has.</param>
    public static void RunUntilWritten(Store store, Guid session, Func<bool> isStillGone)
    {
        store.EndSource(session);
        _ = RunUntilWrittenAsync(new StoreCleanupState(store), session, isStillGone);
    }

    /// <summary>
    /// Cleans up through a client, where no server of ZProc does. The caller ends the turns and waiting requests of the source. Several
    /// clients may do this for one source, at the same time or one after the other: a record that was marked as lost stays so.
    /// </summary>
    /// <param name="client">A client of the state. Reads block.</param>
    /// <param name="gone">The session's client id, or the id of a process that was an OS process.</param>
    /// <returns>Ends when everything is committed, and fails with the fault of what could not be.</returns>
    public static Task RunAsync(IClient client, Guid gone) => RunAsync(new ClientCleanupState(client), gone, static _ => false);

    /// <summary>Ends what an earlier server's own OS process did for the state of a store. That process is gone.</summary>
    /// <param name="store">The state that this server goes on with.</param>
    /// <param name="resumesProcesses">Whether the caller starts the processes again that have an entry in <see cref="KeyName.Starts"/>.</param>
    public static void RunForEarlierServer(Store store, bool resumesProcesses)
    {
        if (resumesProcesses)
        {
            Run(store, store.Incarnation, record => record.Status.IsResumable && store.Get(KeyName.Starts, record.Key) is not null);
            return;
        }

        Run(store, store.Incarnation);
        if (store.Summarize(KeyName.Starts).Count > 0)
        {
            _ = RemoveAsync(new StoreCleanupState(store), KeyName.Starts);
        }
    }

    /// <summary>The sessions that supervise processes or receive output, as far as the state tells. A session that is itself a process ends with it.</summary>
    public static IReadOnlySet<Guid> FindSessions(Store store)
    {
        var records = Records(store.GetSnapshot(KeyName.Processes));
        var sessions = records.Select(static item => item.Record.Session).ToHashSet();
        foreach (var space in store.GetNamespaces().Where(space => space.Name.StartsWith(KeyName.OutputPrefix, StringComparison.Ordinal)))
        {
            if (Guid.TryParse(space.Name[KeyName.OutputPrefix.Length..].Split('/')[0], out var session))
            {
                sessions.Add(session);
            }
        }

        sessions.ExceptWith(records.Select(static item => item.Record.Id));
        sessions.Remove(Guid.Empty);
        return sessions;
    }

    private static async Task RunUntilWrittenAsync(StoreCleanupState state, Guid session, Func<bool> isStillGone)
    {
        var pause = ShortestPause;
        do
        {
            try
            {
                await RunAsync(state, session, static _ => false).ConfigureAwait(false);
                return;
            }
            catch (FaultException fault) when (fault.Fault is Fault.DiskFailed or Fault.Conflict)
            {
                // Expected: the disk is full, or a record has changed. A store that was closed has another fault, which ends the attempts.
                ZProcEventSource.Log.FaultCaught(nameof(SourceCleanup), fault);
            }

            await Task.Delay(pause).ConfigureAwait(false);
            pause = RetryPause.Longer(pause, LongestPause);
        }
        while (isStillGone());
    }

    private static async Task RunAsync(ICleanupState state, Guid gone, Func<ProcessRecord, bool> isResumable)
    {
        List<Task> commits = [.. RemoveHosts(state, gone), RemoveRequestsAsync(state, gone), MarkRecordsAsync(state, gone, isResumable)]; // hosts first: no session starts the lost processes again there
        var output = KeyName.OutputPrefixOf(gone);
        commits.AddRange(state.GetNamespaces()
            .Where(space => space.Name.StartsWith(output, StringComparison.Ordinal))
            .Select(space => RemoveAsync(state, space.Name)));
        await Task.WhenAll(commits).ConfigureAwait(false);
    }

    /// <summary>Removes the records of a session that took processes of others.</summary>
    private static IEnumerable<Task> RemoveHosts(ICleanupState state, Guid gone)
    {
        foreach (var (key, entry) in state.GetSnapshot(KeyName.Server).Unordered)
        {
            if (HostRecord.TryDecode(entry.Value)?.Session == gone)
            {
                yield return state.CommitAsync(RequestOf(KeyName.Server, [
                    new Change(ChangeKind.Remove, key, default, new Precondition(PreconditionKind.RevisionIs, entry.Revision)),
                ]));
            }
        }
    }

    /// <summary>Removes the requests of a session that is gone, and those to it: who waits for its answer learns that there will be none.</summary>
    private static Task RemoveRequestsAsync(ICleanupState state, Guid gone)
    {
        var changes = new List<Change>();
        foreach (var (key, _) in state.GetSnapshot(KeyName.Requests).Unordered)
        {
            if (RequestKey.Concerns(key, gone))
            {
                changes.Add(new Change(ChangeKind.Remove, key));
            }
        }

        return changes.Count == 0 ? Task.CompletedTask : state.CommitAsync(RequestOf(KeyName.Requests, changes));
    }

    /// <summary>Marks the records of the processes below a source. A record that changes meanwhile is read again.</summary>
    private static async Task MarkRecordsAsync(ICleanupState state, Guid gone, Func<ProcessRecord, bool> isResumable)
    {
        while (MarkLost(Records(state.GetSnapshot(KeyName.Processes)), gone, isResumable) is { Count: > 0 } changes)
        {
            try
            {
                // A further round is not the caller's work.
                await state.CommitAsync(RequestOf(KeyName.Processes, changes)).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                return;
            }
            catch (FaultException conflict) when (conflict.Fault == Fault.Conflict)
            {
                ZProcEventSource.Log.FaultCaught(nameof(SourceCleanup), conflict); // Expected: a record has changed.
            }
        }
    }

    private static Task RemoveAsync(ICleanupState state, string ns) =>
        state.CommitAsync(RequestOf(ns, [new Change(ChangeKind.RemoveNamespace, string.Empty)]));

    /// <summary>The changes of the records of the processes below a source, as its end demands.</summary>
    private static List<Change> MarkLost(List<(ProcessRecord Record, long Revision)> records, Guid gone, Func<ProcessRecord, bool> isResumable)
    {
        var lost = new HashSet<Guid> { gone };
        List<Change> changes = [];

        // Each pass finds the processes of the ones found before.
        for (var found = 0; found != lost.Count;)
        {
            found = lost.Count;
            foreach (var (record, revision) in records)
            {
                if (lost.Contains(record.Session) && lost.Add(record.Id) && !(record.Session == gone && isResumable(record)))
                {
                    var marked = record.Status.HasEnded
                        ? record with { Session = Guid.Empty }
                        : record with { Status = record.Status.AsLost() };
                    changes.Add(new Change(ChangeKind.Set, record.Key, marked.Encode(), new Precondition(PreconditionKind.RevisionIs, revision)));
                }
            }
        }

        return changes;
    }

    private static CommitRequest RequestOf(string ns, IReadOnlyList<Change> changes) => new(ns, new Source(Id, "server", Environment.ProcessId), changes);

    private static List<(ProcessRecord Record, long Revision)> Records(Snapshot processes)
    {
        var records = new List<(ProcessRecord Record, long Revision)>();
        foreach (var (key, entry) in processes.Unordered)
        {
            if (ProcessRecord.TryDecode(key, entry.Value) is { } record)
            {
                records.Add((record, entry.Revision));
            }
        }

        return records;
    }
}
