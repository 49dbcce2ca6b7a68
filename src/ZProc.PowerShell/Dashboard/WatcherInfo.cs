namespace ZProc.Dashboard;

/// <summary>A watcher of this session.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">The watched namespace.</param>
/// <param name="Keys">The watched keys.</param>
/// <param name="Condition">The kind of its condition.</param>
/// <param name="Process">The key of the record of the process that runs its action; null for a passive watcher.</param>
internal sealed record WatcherInfo(int Id, string Name, string Namespace, string Keys, string Condition, string? Process);
