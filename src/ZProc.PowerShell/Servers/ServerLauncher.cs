using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Wire;
using ZProc.Workers;

namespace ZProc.Servers;

/// <summary>Starts servers in OS processes of their own, and ends them.</summary>
internal static class ServerLauncher
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(5);

    /// <summary>Starts a server.</summary>
    /// <param name="name">The server's name; null for one made from the port.</param>
    /// <param name="endpoint">Where to listen; null for a private socket of this machine.</param>
    /// <param name="limits">The limits of its state.</param>
    /// <param name="durable">Where its state is kept; null for a state in memory.</param>
    /// <param name="bound">How long the server may take to start.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect: the endpoint cannot be listened on. InvalidArgument. ProcessFailed.</exception>
    public static ZProcServer Launch(string? name, string? endpoint, StoreOptions limits, DurableOptions? durable, TimeSpan bound, CancellationToken cancellation)
    {
        if (name is not null)
        {
            ServerFolder.CheckName(name);
            if (ServerFolder.All().Any(server => string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new FaultException(
                    Fault.InvalidArgument, $"A server named '{name}' runs already. Join it with Connect-ZProcContext -Name '{name}', or choose another name.", name);
            }
        }

        _ = ListenEndpoint.Parse(endpoint);
        var program = PowerShellProgram.Own;
        return ServerMessages.ReadAnswer(DetachedProcess.Start(
            program.Executable,
            program.ArgumentsFor(typeof(ServerProcess)),
            WorkerChild.StartUp,
            ServerMessages.Request(name, endpoint, limits, durable),
            bound,
            cancellation));
    }

    /// <summary>Ends a server. A server that does not answer is killed.</summary>
    public static void End(ZProcServer server, CancellationToken cancellation)
    {
        try
        {
            using var client = RemoteClient.Connect(
                ConnectionString.Parse(server.ConnectionString), Deadline.After(StopBound), cancellation: cancellation);
            client.Shutdown(Deadline.After(StopBound), cancellation);
        }
        catch (FaultException expected)
        {
            // Expected: the server hangs or is gone. The next line kills what is left of it.
            ZProcEventSource.Log.FaultCaught(nameof(ServerLauncher), expected);
        }

        ProcessKiller.WaitOrKill(server.Process, StopBound);
        ServerFolder.Remove(server);
    }
}
