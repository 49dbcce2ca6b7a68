namespace ZProc.Progress;

/// <summary>
/// The ids of progress bars that commands of ZProc show: far from the ids that scripts use, and different in each OS process, since
/// a session may show the bars of its processes beside its own. One bar at a time has an id, and ended bars free theirs. Thread-safe.
/// </summary>
internal static class ActivityIds
{
    private const int First = 1_516_000_000;
    private const int PerOsProcess = 1_000;
    private const int OsProcesses = 100_000;

    private static readonly int FirstHere = First + (Environment.ProcessId % OsProcesses * PerOsProcess);
    private static readonly HashSet<int> InUse = []; // its own lock guards it; taken alone

    /// <summary>Takes the lowest id that is free.</summary>
    public static int Take()
    {
        lock (InUse)
        {
            var id = FirstHere;
            while (!InUse.Add(id))
            {
                id++;
            }

            return id;
        }
    }

    /// <summary>Frees an id.</summary>
    public static void Return(int id)
    {
        lock (InUse)
        {
            InUse.Remove(id);
        }
    }
}
