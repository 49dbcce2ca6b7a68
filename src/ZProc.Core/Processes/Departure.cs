using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>What the server does when a session or process is gone that cannot clear up behind itself any more.</summary>
public static class Departure
{
    /// <summary>
    /// Ends what it held and waited for in the state, and marks the processes it looked after as lost, with theirs. Nobody
    /// looks any more after those that had ended.
    /// </summary>
    /// <param name="store">The state.</param>
    /// <param name="gone">The session's client id, or the id of a process that was an OS process.</param>
    public static void Of(Store store, Guid gone)
    {
        store.EndSource(gone);
        var lost = new HashSet<Guid> { gone };
        var records = Records(store);
        List<ProcessRecord> marked = [];
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

        if (marked.Count > 0)
        {
            Commit(store, KeyName.Processes, marked.ConvertAll(record => new Change(ChangeKind.Set, record.Key, record.Encode())));
        }

        foreach (var space in store.GetNamespaces().Where(space => space.Name.StartsWith(OutputFor(gone), StringComparison.Ordinal)))
        {
            Commit(store, space.Name, [new Change(ChangeKind.RemoveNamespace, string.Empty)]);
        }
    }

    /// <summary>What the namespaces begin with through which a session receives output.</summary>
    public static string OutputFor(Guid session) => $"{KeyName.OutputPrefix}{ProcessRecord.KeyOf(session)}/";

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
                // Whoever wrote that is the only one who can make sense of it.
            }
        }

        return records;
    }
}
