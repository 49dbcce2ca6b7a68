using ZProc.Core;

namespace ZProc.Dashboard;

/// <summary>What has changed since a viewer last asked.</summary>
/// <param name="Processes">The keys of records of processes that have changed or are gone.</param>
/// <param name="Figures">The keys of processes whose figures have changed.</param>
/// <param name="HasTicked">Whether a second has passed.</param>
/// <param name="End">Why the dashboard has ended; null while it goes on.</param>
internal sealed record DashboardChanges(IReadOnlyCollection<string> Processes, IReadOnlyCollection<string> Figures, bool HasTicked, FaultException? End);
