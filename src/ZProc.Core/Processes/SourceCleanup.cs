using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>The server's clean-up after a session or process that is gone and cannot do it by itself.</summary>
public static class SourceCleanup
{
    /// <summary>
    /// Ends the turns and waiting requests of the source, marks the processes below it as lost, and removes the namespaces through
    /// which it received output. A process that had ended keeps its state and only loses its session.
    /// </summary>
    /// <param name="store">The state.</param>
    /// <param name="gone">The session's client id, or the id of a process that was an OS process.</param>
    public static void Run(Store store, Guid gone)
    {
        store.EndSource(gone);
        var marked = MarkLost(Records(store), gone);
        if (marked.Count > 0)
        {
            Commit(store, KeyName.Processes, marked.ConvertAll(record => new Change(ChangeKind.Set, record.Key, record.Encode())));
        }

        foreach (var space in store.GetNamespaces().Where(space => space.Name.StartsWith(KeyName.OutputPrefixOf(gone), StringComparison.Ordinal)))
        {
            Commit(store, space.Name, [new Change(ChangeKind.RemoveNamespace, string.Empty)]);
        }
    }

    /// <summary>The records of the processes below a source, changed as its end demands.</summary>
    private static List<ProcessRecord> MarkLost(List<ProcessRecord> records, Guid gone)
    {
        var lost = new HashSet<Guid> { gone };
        List<ProcessRecord> marked = [];

        // Each pass finds the processes of the ones found before.
        for (var found = -1; found != marked.Count;)
        {
            found = marked.Count;
            foreach (var record in records.Where(record => !lost.Contains(record.Id) && lost.Contains(record.Session)).ToArray())
            {
                lost.Add(record.Id);
                marked.Add(record.Status.HasEnded
                    ? record with { Session = Guid.Empty }
                    : record with { Status = record.Status with { State = ProcessState.Lost, Ended = DateTime.UtcNow, NextAttempt = null } });
            }
        }

        return marked;
    }

    private static void Commit(Store store, string ns, IReadOnlyList<Change> changes)
    {
        var source = new Source(store.Incarnation, "server", Environment.ProcessId);
        store.Commit(new CommitTicket(new CommitRequest(ns, source, changes), store.Incarnation, static (_, _) => { }));
    }

    private static List<ProcessRecord> Records(Store store)
    {
        var records = new List<ProcessRecord>();
        foreach (var (key, entry) in store.GetSnapshot(KeyName.Processes).Unordered)
        {
            try
            {
                records.Add(ProcessRecord.Decode(key, entry.Value));
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
