using System.Management.Automation;
using ZProc.Core;
using ZProc.Dashboard;
using ZProc.Dashboard.Terminal;

namespace ZProc.Commands;

/// <summary>
/// <c>Show-ZProcDashboard</c>: shows a context live: its processes, state, watchers and past. In the terminal, until the user ends the
/// view; with <c>-Web</c>, as a page for this machine that ends with <c>Stop-ZProcDashboard</c>. Both end with the context.
/// </summary>
[Cmdlet(VerbsCommon.Show, "ZProcDashboard", DefaultParameterSetName = TerminalSet)]
[OutputType(typeof(ZProcDashboard), ParameterSetName = [WebSet])]
public sealed class ShowZProcDashboardCommand : ZProcContextCommand
{
    private const string TerminalSet = "Terminal";
    private const string WebSet = "Web";

    /// <summary>Serves the dashboard as a page for a browser, and returns at once.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WebSet)]
    public SwitchParameter Web { get; set; }

    /// <summary>The port on the loopback interface. Default: a free one.</summary>
    [Parameter(ParameterSetName = WebSet)]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Lets the dashboard stop and restart processes, and a page also kill them. Without it the dashboard only shows.</summary>
    [Parameter]
    public SwitchParameter AllowControl { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        if (Port is not null && !Web)
        {
            throw new FaultException(Fault.InvalidArgument, "-Port is the port of the page that -Web serves. Use -Web, or leave -Port out.", Port);
        }

        var context = ResolvedContext;
        if (AllowControl && context.IsReadOnly)
        {
            throw new FaultException(
                Fault.NotPermitted, $"-AllowControl: the context '{context.Name}' was joined with a read-only connection string. Join with the context's ConnectionString, or leave -AllowControl out.", context.Name);
        }

        if (Web)
        {
            WriteObject(ZProcDashboard.Start(context, Port, AllowControl));
        }
        else
        {
            TerminalCheck.Require(Host);
            TerminalDashboard.Show(context, AllowControl, Waits, StopToken);
        }
    }
}
