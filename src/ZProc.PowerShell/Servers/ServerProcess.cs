using System.ComponentModel;
using System.Runtime.InteropServices;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Server;

namespace ZProc.Servers;

/// <summary>The inside of a server's OS process. Public only because its command line calls <see cref="Run"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ServerProcess
{
    /// <summary>Serves until a client or a signal ends the server, and exits.</summary>
    public static void Run()
    {
        var pipes = ChildPipes.TakeOver();
        SessionEnd.IsWorker = true;
        using var end = new ManualResetEventSlim();
        var (isSignalled, isStopped) = (false, false);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true); // a server has no terminal
        if (pipes.Read() is not { Kind: ServerMessages.Serve } request)
        {
            Environment.Exit(1);
            return;
        }

        ZProcContext? context = null;
        ZProcServer? known = null;
        var isNext = false; // takes the place of a server that is down
        try
        {
            var settings = ServerMessages.ReadRequest(request);
            EventLog.Update();
            if (settings.Engine is not null)
            {
                MachineProcess.Run(settings, server => Announce(pipes, server), end);
                Environment.Exit(0);
                return;
            }

            var server = settings.Durable is null
                ? StateServer.Start(ListenEndpoint.Parse(settings.Endpoint), settings.Limits, Prepare)
                : StateServer.Start(settings.Durable, ListenEndpoint.Parse(settings.Endpoint), settings.Limits, Prepare);
            var isConfirmed = Announce(pipes, known!);
            if (isConfirmed)
            {
                end.Wait();
            }

            // The machine goes down, or the session that asked for the next server gave it up. A later one goes on in its place.
            server.IsInterrupted = (isSignalled || (isNext && !isConfirmed)) && !isStopped && settings.Durable is not null;
            if (!server.IsInterrupted)
            {
                ServerFolder.Remove(known!);
                context!.Processes.Kept?.End();
            }

            // Before the first client: it finds the server's processes, and others find the server.
            void Prepare(StateServer server)
            {
                server.ShutdownRequested = () =>
                {
                    isStopped = true;
                    end.Set();
                };
                context = ContextFactory.Host(server, settings.Name ?? $"ZProc{server.Connection.ShortName}");
                known = new ZProcServer(
                    context.Name, server.Connection.Text, ProcessIdentity.Of(Environment.ProcessId)!.Value, DateTime.UtcNow, server.Store.Folder)
                {
                    CutOff = server.Store.CutOff,
                };
                isNext = ServerFolder.TryFind(known.Name) is { State: ZProcServerState.Down };
                ServerFolder.Add(known, settings with { Name = known.Name });
            }
        }
        catch (Exception e) when (e is FaultException or IOException or UnauthorizedAccessException)
        {
            Send(pipes, ServerMessages.Answer(e));
        }
        finally
        {
            if (context is not null)
            {
                ContextEnd.Stop(context, killBound: ContextEnd.ServerKillBound);
            }
        }

        Environment.Exit(0);

        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            isSignalled = true;
            end.Set();
        }
    }

    /// <summary>Answers the session that started the server.</summary>
    /// <returns>Whether the session has confirmed the answer. Without the confirmation the server ends, since no session knows of it.</returns>
    private static bool Announce(ChildPipes pipes, ZProcServer server)
    {
        Send(pipes, ServerMessages.Answer(server));
        if (pipes.Read() is null)
        {
            return false;
        }

        pipes.Close();
        return true;
    }

    private static void Send(ChildPipes pipes, Frame frame) => pipes.Send(frame.Kind, frame.Payload);
}
