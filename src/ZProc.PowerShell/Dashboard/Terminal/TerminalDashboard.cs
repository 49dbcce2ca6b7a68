using ZProc.Contexts;
using ZProc.Core;
using ZProc.Terminal;
using ZProc.Waiting;

namespace ZProc.Dashboard.Terminal;

/// <summary>Shows a context in the terminal of this session, until the user, the context or the command ends the view.</summary>
internal static class TerminalDashboard
{
    /// <summary>Shows the context, on the thread of the command.</summary>
    /// <param name="context">The context to show.</param>
    /// <param name="allowControl">Whether processes can be stopped and restarted.</param>
    /// <param name="waits">The waits of the command.</param>
    /// <param name="cancellation">Is cancelled when the command is stopped.</param>
    /// <exception cref="FaultException">NoTerminal; ContextStopped or ConnectionLost: the context has ended.</exception>
    public static void Show(ZProcContext context, bool allowControl, EventWait waits, CancellationToken cancellation)
    {
        using var model = new DashboardModel(context, cancellation: cancellation);
        using var feed = new TerminalFeed(context, model, allowControl, cancellation);
        using var view = TerminalView.TryOpen(feed.Screen, feed.Changed) ?? throw TerminalCheck.Missing("another dashboard has this one");
        model.Start();
        feed.Start();
        view.Run(wait => waits.Once(wait), () => feed.End is not null);
        if (feed.End is { } fault)
        {
            throw fault;
        }
    }
}
