using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>What the server does when a session or process is gone that cannot clear up behind itself any more.</summary>
internal static class Departure
{
    /// <summary>Ends what it held and waited for in the state, and marks the processes it looked after as lost, with theirs.</summary>
    /// <param name="store">The state.</param>
    /// <param name="gone">The session's client id, or the id of a process that was an OS process.</param>
    public static void Of(Store store, Guid gone)
    {
        store.EndSource(gone);
        var lost = new HashSet<Guid> { gone };
        var running = Running(store);
        List<ProcessRecord> marked = [];
        for (var found = -1; found != marked.Count;)
        {
            found = marked.Count;
            foreach (var record in running.Where(record => !lost.Contains(record.Id) && lost.Contains(record.Session)).ToArray())
            {
                lost.Add(record.Id);
                marked.Add(record with { State = ProcessState.Lost, Ended = DateTime.UtcNow, NextAttempt = null });
            }
        }

        if (marked.Count > 0)
        {
            var source = new Source(store.Incarnation, "server", Environment.ProcessId);
            var changes = marked.ConvertAll(record => new Change(ChangeKind.Set, record.Key, record.Encode()));
            store.Commit(new CommitTicket(new CommitRequest(KeyName.Processes, source, changes), store.Incarnation, static (_, _) => { }));
        }
    }

    private static List<ProcessRecord> Running(Store store)
    {
        var records = new List<ProcessRecord>();
        foreach (var (key, entry) in store.GetSnapshot(KeyName.Processes).Unordered)
        {
            try
            {
                if (ProcessRecord.Decode(key, entry.Value) is { HasEnded: false } record)
                {
                    records.Add(record);
                }
            }
            catch (FaultException fault) when (fault.Fault == Fault.MalformedMessage)
            {
                // Whoever wrote that is the only one who can make sense of it.
            }
        }

        return records;
    }
}
