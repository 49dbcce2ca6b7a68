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
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, end));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, end));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true); // a server has no terminal
        if (pipes.Read() is not { Kind: ServerMessages.Serve } request)
        {
            Environment.Exit(1);
            return;
        }

        ZProcContext? context = null;
        try
        {
            var (name, endpoint, limits, durable) = ServerMessages.ReadRequest(request);
            EventLog.Update();
            var server = durable is null
                ? StateServer.Start(ListenEndpoint.Parse(endpoint), limits)
                : StateServer.Start(durable, ListenEndpoint.Parse(endpoint), limits);
            server.ShutdownRequested = end.Set;
            context = ContextFactory.Host(server, name ?? $"ZProc{server.Connection.Address.ShortName}");
            Serve(pipes, new ZProcServer(
                context.Name, server.Connection.Text, ProcessIdentity.Of(Environment.ProcessId)!.Value, DateTime.UtcNow, server.Store.Folder)
            {
                CutOff = server.Store.CutOff,
            }, end);
        }
        catch (Exception e) when (e is FaultException or IOException or UnauthorizedAccessException)
        {
            Send(pipes, ServerMessages.Answer(e));
        }
        finally
        {
            if (context is not null)
            {
                ContextEnd.Stop(context);
            }
        }

        Environment.Exit(0);
    }

    /// <summary>Makes the server known and waits for its end.</summary>
    private static void Serve(ChildPipes pipes, ZProcServer server, ManualResetEventSlim end)
    {
        ServerFolder.Add(server);
        try
        {
            Send(pipes, ServerMessages.Answer(server));

            // The session confirms the answer. Without the confirmation the server ends, since no session knows of it.
            if (pipes.Read() is not null)
            {
                pipes.Close();
                end.Wait();
            }
        }
        finally
        {
            ServerFolder.Remove(server);
        }
    }

    private static void Send(ChildPipes pipes, Frame frame) => pipes.Send(frame.Kind, frame.Payload);

    private static void Stop(PosixSignalContext signal, ManualResetEventSlim end)
    {
        signal.Cancel = true;
        end.Set();
    }
}
