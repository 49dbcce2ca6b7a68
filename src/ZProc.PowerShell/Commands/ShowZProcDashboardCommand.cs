using System.Management.Automation;
using ZProc.Core;
using ZProc.Dashboard;

namespace ZProc.Commands;

/// <summary>
/// <c>Show-ZProcDashboard</c>: serves a page on this machine that shows a context live: its processes, state, watchers and past. The
/// page ends with <c>Stop-ZProcDashboard</c>, and with the context.
/// </summary>
[Cmdlet(VerbsCommon.Show, "ZProcDashboard")]
[OutputType(typeof(ZProcDashboard))]
public sealed class ShowZProcDashboardCommand : ZProcContextCommand
{
    /// <summary>Serves the dashboard as a page for a browser, and returns at once.</summary>
    [Parameter(Mandatory = true)]
    public SwitchParameter Web { get; set; }

    /// <summary>The port on the loopback interface. Default: a free one.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Lets the dashboard stop, kill and restart processes. Without it the dashboard only shows.</summary>
    [Parameter]
    public SwitchParameter AllowControl { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var context = ResolvedContext;
        if (AllowControl && context.IsReadOnly)
        {
            throw new FaultException(
                Fault.NotPermitted, $"-AllowControl: the context '{context.Name}' was joined with a read-only connection string. Join with the context's ConnectionString, or leave -AllowControl out.", context.Name);
        }

        WriteObject(ZProcDashboard.Start(context, Port, AllowControl));
    }
}
