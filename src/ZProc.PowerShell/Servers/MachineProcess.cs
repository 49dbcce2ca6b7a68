using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Wire;

namespace ZProc.Servers;

/// <summary>
/// The work of an OS process that makes its machine take part in a context on an engine. It supervises the processes that other sessions
/// start on the machine. When the engine is lost, those processes end; the machine joins again when the engine is back.
/// </summary>
internal static class MachineProcess
{
    private static readonly TimeSpan ConnectBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>Takes part until the end is signalled.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="announce">Tells the session that started this process; false when nobody knows of this process.</param>
    /// <param name="end">Ends the work.</param>
    /// <exception cref="FaultException">CannotConnect; InvalidArgument: another machine has the name. Only before the announcement.</exception>
    public static void Run(ServerSettings settings, Func<ZProcServer, bool> announce, ManualResetEventSlim end)
    {
        var address = ContextAddress.Parse(settings.Engine!);
        ZProcServer? known = null;
        try
        {
            do
            {
                try
                {
                    TakePart(address, settings, announce, end, ref known);
                }
                catch (FaultException fault) when (known is not null)
                {
                    // Expected: the engine is away.
                    ZProcEventSource.Log.FaultCaught(nameof(MachineProcess), fault);
                }
            }
            while (!end.Wait(RetryDelay));
        }
        finally
        {
            if (known is not null)
            {
                ServerFolder.Remove(known);
            }
        }
    }

    private static void TakePart(
        ContextAddress address, ServerSettings settings, Func<ZProcServer, bool> announce, ManualResetEventSlim end, ref ZProcServer? known)
    {
        var name = settings.Name!;
        var context = ContextFactory.Connect(address, name, ns: null, ConnectBound, CancellationToken.None);
        try
        {
            context.Processes.Listen();
            using var membership = MachineMembership.Begin(context, name, end);
            if (known is null)
            {
                var server = new ZProcServer(name, address.Text, ProcessIdentity.Of(Environment.ProcessId)!.Value, DateTime.UtcNow, path: null);
                ServerFolder.Add(server, settings);
                known = server;
                if (!announce(server))
                {
                    end.Set();
                }
            }

            WaitHandle.WaitAny([end.WaitHandle, context.Client.Closed.WaitHandle]);
        }
        finally
        {
            ContextEnd.Stop(context, killBound: ContextEnd.ServerKillBound);
        }
    }
}
