using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>The server's clean-up after a session or process that is gone and cannot do it by itself.</summary>
public static class SourceCleanup
{
    // No client has this id, so a watch that leaves out the updates of its own session sees the clean-up also where the server runs.
    private static readonly Guid Id = Guid.NewGuid();

    /// <summary>
    /// Ends the turns and waiting requests of the source, marks the processes below it as lost, and removes the namespaces through
    /// which it received output. A process that had ended keeps its state and only loses its session.
    /// </summary>
    /// <param name="store">The state.</param>
    /// <param name="gone">The session's client id, or the id of a process that was an OS process.</param>
    /// <param name="isResumable">Whether a process of that session goes on, and keeps its record: the caller starts it again. Null for none.</param>
    public static void Run(Store store, Guid gone, Func<ProcessRecord, bool>? isResumable = null)
    {
        store.EndSource(gone);
        MarkRecords(store, gone, isResumable ?? (static _ => false));
        foreach (var space in store.GetNamespaces().Where(space => space.Name.StartsWith(KeyName.OutputPrefixOf(gone), StringComparison.Ordinal)))
        {
            Commit(store, space.Name, [new Change(ChangeKind.RemoveNamespace, string.Empty)], static (_, _) => { });
        }
    }

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
            Commit(store, KeyName.Starts, [new Change(ChangeKind.RemoveNamespace, string.Empty)], static (_, _) => { });
        }
    }

    /// <summary>The sessions that supervise processes or receive output, as far as the state tells. A session that is itself a process ends with it.</summary>
    public static IReadOnlySet<Guid> FindSessions(Store store)
    {
        var records = Records(store);
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

    /// <summary>Marks the records of the processes below a source. A record that changes meanwhile is read again.</summary>
    private static void MarkRecords(Store store, Guid gone, Func<ProcessRecord, bool> isResumable)
    {
        var changes = MarkLost(Records(store), gone, isResumable);
        if (changes.Count > 0)
        {
            // The outcome comes under the lock of the store.
            Commit(store, KeyName.Processes, changes, (_, fault) =>
            {
                if (fault?.Fault == Fault.Conflict)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(_ => MarkRecords(store, gone, isResumable), null);
                }
            });
        }
    }

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
                        : record with { Status = record.Status with { State = ProcessState.Lost, Ended = DateTime.UtcNow, NextAttempt = null } };
                    changes.Add(new Change(ChangeKind.Set, record.Key, marked.Encode(), new Precondition(PreconditionKind.RevisionIs, revision)));
                }
            }
        }

        return changes;
    }

    private static void Commit(Store store, string ns, IReadOnlyList<Change> changes, Action<CommitResult?, FaultException?> completed)
    {
        var source = new Source(Id, "server", Environment.ProcessId);
        store.Commit(new CommitTicket(new CommitRequest(ns, source, changes), store.Incarnation, completed));
    }

    private static List<(ProcessRecord Record, long Revision)> Records(Store store)
    {
        var records = new List<(ProcessRecord Record, long Revision)>();
        foreach (var (key, entry) in store.GetSnapshot(KeyName.Processes).Unordered)
        {
            try
            {
                records.Add((ProcessRecord.Decode(key, entry.Value), entry.Revision));
            }
            catch (FaultException fault) when (fault.Fault == Fault.MalformedMessage)
            {
                // Expected: a client wrote an entry that is no record. Only that client can use it.
                ZProcEventSource.Log.FaultCaught(nameof(SourceCleanup), fault);
            }
        }

        return records;
    }
}
