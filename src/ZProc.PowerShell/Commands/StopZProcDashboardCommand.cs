using System.Management.Automation;
using ZProc.Dashboard;

namespace ZProc.Commands;

/// <summary><c>Stop-ZProcDashboard</c>: ends dashboards that <c>Show-ZProcDashboard -Web</c> has output, or all of a context.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ZProcDashboard", SupportsShouldProcess = true)]
public sealed class StopZProcDashboardCommand : ZProcContextCommand
{
    /// <summary>The dashboards. Default: all dashboards of the context.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public ZProcDashboard[]? Dashboard { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var dashboard in Dashboard ?? ResolvedContext.Dashboards.All)
        {
            if (ShouldProcess(dashboard.ToString(), "Stop ZProc dashboard"))
            {
                dashboard.Dispose();
            }
        }
    }
}
