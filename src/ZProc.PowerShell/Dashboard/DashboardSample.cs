namespace ZProc.Dashboard;

/// <summary>The figures of a context in one second.</summary>
/// <param name="Time">When the figures were taken, in UTC.</param>
/// <param name="Commits">Commits a second, over all namespaces.</param>
/// <param name="Latency">The time of a round trip to the server, in milliseconds.</param>
/// <param name="Running">How many processes run.</param>
/// <param name="Total">How many processes have a record.</param>
internal sealed record DashboardSample(DateTime Time, double Commits, double Latency, int Running, int Total);
