namespace ZProc.Dashboard;

/// <summary>The figures of a context in one second.</summary>
/// <param name="Time">When the figures were taken, in UTC.</param>
/// <param name="Commits">Commits a second, over all namespaces.</param>
/// <param name="Latency">The time of a round trip to the server, in milliseconds.</param>
/// <param name="Running">How many processes run.</param>
/// <param name="Total">How many processes have a record.</param>
/// <param name="Sequence">The server's sequence.</param>
/// <param name="Clients">How many other OS processes are connected; null where another session runs the server.</param>
internal sealed record DashboardSample(DateTime Time, double Commits, double Latency, int Running, int Total, long Sequence, int? Clients);
