using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Contexts;

/// <summary>Ends contexts.</summary>
internal static class ContextEnd
{
    /// <summary>How long the end of a context waits for unconfirmed writes where the caller bounds that end.</summary>
    public static readonly TimeSpan ShortWriteBound = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan WriteBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PingBound = TimeSpan.FromMilliseconds(250);

    /// <summary>Ends a context in this process: first its processes, then the connection, and for the owner the server. A second call does nothing.</summary>
    /// <param name="context">The context.</param>
    /// <param name="writeBound">How long to wait for unconfirmed writes; null for two seconds.</param>
    /// <returns>The faults of unconfirmed writes that failed. The caller has to report them.</returns>
    public static IReadOnlyList<FaultException> Stop(ZProcContext context, TimeSpan? writeBound = null)
    {
        if (!context.TryEnd())
        {
            return [];
        }

        ContextTable.Remove(context);
        if (context.Client is RemoteClient client && IsDead(client, context.Endpoint))
        {
            client.EndAsLost(context.Endpoint); // or each last write below would wait for the server to come back
        }

        context.Processes.StopAll();
        context.RemoteProcesses.Dispose();
        context.Unconfirmed.WaitForAll(writeBound ?? WriteBound);
        context.Client.Dispose(); // refuses the writes that are still on their way
        context.Server?.Dispose();
        context.Unconfirmed.WaitForAll(WriteBound);
        return context.Unconfirmed.TakeFailures(source: null).ToArray();
    }

    /// <summary>Whether a server has certainly ended: its OS process ran on this machine and is gone.</summary>
    private static bool IsDead(RemoteClient client, string endpoint)
    {
        if (!IsHere(endpoint) || ProcessIdentity.Of(client.ServerProcessId) is not null)
        {
            return false;
        }

        try
        {
            client.Ping(Deadline.After(PingBound));
            return false; // it runs in another container, which has process ids of its own
        }
        catch (FaultException expected)
        {
            // Expected: this is what was to be found out.
            ZProcEventSource.Log.FaultCaught(nameof(ContextEnd), expected);
            return true;
        }
    }

    private static bool IsHere(string endpoint) => !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme != "tcp" || uri.IsLoopback;
}
