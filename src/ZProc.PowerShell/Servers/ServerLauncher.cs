using System.ComponentModel;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Wire;
using ZProc.Workers;

namespace ZProc.Servers;

/// <summary>Starts servers in OS processes of their own, and ends them.</summary>
internal static class ServerLauncher
{
    /// <summary>How long a server may take to start by default, as a busy machine starts a process slowly.</summary>
    public static readonly TimeSpan StartBound = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(5);

    // A server that answered stops its processes, which have a grace, and writes its state, all of which takes longer on a busy machine.
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TurnPause = TimeSpan.FromMilliseconds(50); // the system does not report the end of another process's turn

    /// <summary>Starts a server, and its guard if it has one.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="bound">How long the server may take to start.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect: the endpoint cannot be listened on. InvalidArgument. ProcessFailed. DirectoryInUse; DirectoryDamaged; DiskFailed.</exception>
    public static ZProcServer Launch(ServerSettings settings, TimeSpan bound, CancellationToken cancellation)
    {
        if (settings.Name is { } name)
        {
            ServerFolder.CheckName(name);
            if (ServerFolder.TryFind(name) is { State: ZProcServerState.Running })
            {
                throw new FaultException(
                    Fault.InvalidArgument, $"A server named '{name}' runs already. Join it with Connect-ZProcContext -Name '{name}', or choose another name.", name);
            }
        }

        if (settings.Engine is null)
        {
            _ = ListenEndpoint.Parse(settings.Endpoint);
        }

        var server = ServerMessages.ReadAnswer(StartProcess(typeof(ServerProcess), settings, bound, cancellation), settings);
        if (settings.Restart)
        {
            _ = StartProcess(typeof(ServerGuard), settings with { Name = server.Name }, bound, cancellation);
        }

        return server;
    }

    /// <summary>Starts the next server in the place of one that is down, or waits until another process has done so.</summary>
    /// <param name="down">The server that is down.</param>
    /// <param name="bound">How long the server may take to start.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <returns>The server that runs; null when the server was stopped meanwhile.</returns>
    /// <exception cref="FaultException">As <see cref="Launch"/>.</exception>
    public static ZProcServer? Relaunch(ZProcServer down, TimeSpan bound, CancellationToken cancellation)
    {
        for (var until = Deadline.After(bound); ; cancellation.WaitHandle.WaitOne(TurnPause))
        {
            cancellation.ThrowIfCancellationRequested();
            using var turn = ServerFolder.TryTakeTurn(down.Name, "start");
            if (turn is null && !until.Passed)
            {
                continue;
            }

            var now = ServerFolder.TryFind(down.Name);
            return now is { State: ZProcServerState.Down, Settings: { } settings }
                ? Launch(settings with { Name = now.Name }, until.Remaining, cancellation)
                : now;
        }
    }

    /// <summary>Ends a server. A server that does not answer is killed; of one that is down only the way to start the next one is removed.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellation">Waits no longer. A server that was asked to end does so, and is killed if it does not.</param>
    /// <exception cref="FaultException">NotPermitted: the server does not answer, and this user may not kill it.</exception>
    /// <exception cref="FaultException">DiskFailed: the server has ended, and could not write updates that it had acknowledged.</exception>
    public static void End(ZProcServer server, CancellationToken cancellation)
    {
        FaultException? loss = null;
        if (server.State == ZProcServerState.Running)
        {
            using var asked = TryAskToEnd(server, cancellation);
            var bound = asked is null ? AnswerBound : EndBound;
            var ended = new TaskCompletionSource();
            BackgroundThread.Start(
                () =>
                {
                    try
                    {
                        ProcessKiller.WaitOrKill(server.Process, bound);
                        ended.SetResult();
                    }
#pragma warning disable CA1031 // it is the caller's: here it would end the session
                    catch (Exception exception)
#pragma warning restore CA1031
                    {
                        ended.SetException(exception is Win32Exception ? NotPermitted(server, exception) : exception);
                    }
                },
                "ZProc server end");
            ended.Task.WaitAsync(cancellation).GetAwaiter().GetResult();
            loss = asked is RemoteClient told ? ReadLoss(told, cancellation) : null;
        }

        ServerFolder.Remove(server);
        if (loss is not null)
        {
            throw new FaultException(Fault.DiskFailed, $"The server '{server.Name}' has ended. {loss.Message}", server.Name, loss);
        }
    }

    private static FaultException NotPermitted(ZProcServer server, Exception reason) => new(
        Fault.NotPermitted,
        $"This user may not end the server '{server.Name}', process {server.ProcessId}: {reason.Message} Let its user or an administrator end it.",
        server.Name,
        reason);

    /// <summary>What the server has said with its last message.</summary>
    private static FaultException? ReadLoss(RemoteClient client, CancellationToken cancellation)
    {
        WaitHandle.WaitAny([client.Closed.WaitHandle, cancellation.WaitHandle], AnswerBound);
        return client.Failure?.InnerException is FaultException { Fault: Fault.DiskFailed } loss ? loss : null;
    }

    /// <returns>The client that asked; null when the server does not answer.</returns>
    private static IClient? TryAskToEnd(ZProcServer server, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(AnswerBound);
        IClient? client = null;
        try
        {
            client = ClientFactory.Connect(ContextAddress.Parse(server.ConnectionString), Deadline.After(AnswerBound), cancellation: cancellation);
            if (client is RemoteClient remote)
            {
                remote.Shutdown(Deadline.After(AnswerBound), cancellation);
            }
            else
            {
                MachineMembership.AskToEnd(client, server, bound.Token);
            }

            return client;
        }
        catch (Exception expected) when (expected is FaultException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // Expected: the server hangs or is gone, or the engine is away.
            ZProcEventSource.Log.FaultCaught(nameof(ServerLauncher), expected);
            client?.Dispose();
            return null;
        }
        catch
        {
            client?.Dispose();
            throw;
        }
    }

    private static Frame StartProcess(Type role, ServerSettings settings, TimeSpan bound, CancellationToken cancellation)
    {
        var program = PowerShellProgram.Own;
        return DetachedProcess.Start(
            program.Executable, program.ArgumentsFor(role), WorkerChild.StartUp, ServerMessages.Request(settings), bound, cancellation);
    }
}
