using ZProc.Core;
using ZProc.Core.Server;

namespace ZProc.Contexts;

/// <summary>Ends contexts.</summary>
internal static class ContextEnd
{
    /// <summary>How long the end of a context waits for unconfirmed writes where the caller bounds that end.</summary>
    public static readonly TimeSpan ShortWriteBound = TimeSpan.FromMilliseconds(500);

    /// <summary>How long killed processes of a server may take to end. A server has time, and what it leaves unwritten is wrong for the next one.</summary>
    public static readonly TimeSpan ServerKillBound = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan WriteBound = TimeSpan.FromSeconds(2);

    // The end of a session's context takes less. It may wait for an event handler of the user, though, that itself waits for the end.
    private static readonly TimeSpan OtherEndBound = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Ends a context in this process: first its processes, then the connection, and for the owner the server. A second call only waits for
    /// the end of the first.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="writeBound">How long to wait for unconfirmed writes; null for two seconds.</param>
    /// <param name="killBound">How long processes may take to end after they were killed; null for a second.</param>
    /// <param name="grace">How long scripts may take to stop before they are killed; null for three seconds.</param>
    /// <returns>The faults of unconfirmed writes that failed, and of acknowledged ones that the disk did not take. The caller has to report them.</returns>
    public static IReadOnlyList<FaultException> Stop(ZProcContext context, TimeSpan? writeBound = null, TimeSpan? killBound = null, TimeSpan? grace = null)
    {
        if (!context.TryEnd())
        {
            if (!context.Processes.Runs(CurrentSource.Get(context).Id))
            {
                context.WaitForEnd(OtherEndBound); // a process or an item of the context would wait for its own end
            }

            return [];
        }

        try
        {
            return StopOnce(context, writeBound ?? WriteBound, killBound, grace);
        }
        finally
        {
            ContextTable.Forget(context);
            context.NoteEnd();
        }
    }

    private static FaultException[] StopOnce(ZProcContext context, TimeSpan writeBound, TimeSpan? killBound, TimeSpan? grace)
    {
        DescriptorReserve.Release(); // the end needs threads, and looks at processes
        var waitForDashboards = context.Dashboards.BeginClose();
        context.Processes.StopAll(killBound, grace);
        waitForDashboards();
        ContextTable.Remove(context); // until here the scripts that end use it
        context.RemoteProcesses.Dispose();
        context.Unconfirmed.WaitForAll(writeBound);
        context.Client.Dispose(); // refuses the writes that are still on their way
        context.Server?.Dispose();
        context.Unconfirmed.WaitForAll(WriteBound);
        if (ContextTable.Everything.Count > 0)
        {
            DescriptorReserve.Fill();
        }

        var failures = context.Unconfirmed.TakeFailures(source: null);
        return context.Server is StateServer { Loss: { } loss } ? [.. failures, loss] : [.. failures];
    }
}
