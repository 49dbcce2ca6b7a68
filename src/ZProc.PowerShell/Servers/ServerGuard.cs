using System.ComponentModel;
using System.Runtime.InteropServices;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Servers;

/// <summary>
/// The inside of a guard's OS process: it starts the next server whenever its server dies, and ends when the server is stopped.
/// Public only because its command line calls <see cref="Run"/>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ServerGuard
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Guards a server until it is stopped, and exits.</summary>
    public static void Run()
    {
        var pipes = ChildPipes.TakeOver();
        SessionEnd.IsWorker = true;
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true); // a guard has no terminal
        if (pipes.Read() is { Kind: ServerMessages.Serve } request && ServerMessages.ReadRequest(request) is { Name: { } name })
        {
            using var turn = ServerFolder.TryTakeTurn(name, "guard");
            var answer = ServerMessages.Answer();
            pipes.Send(answer.Kind, answer.Payload);
            if (turn is not null && pipes.Read() is not null)
            {
                pipes.Close();
                EventLog.Update();
                Guard(name);
            }
        }

        Environment.Exit(0);
    }

    private static void Guard(string name)
    {
        for (var pause = FirstPause; ;)
        {
            try
            {
                if (ServerFolder.TryFind(name) is not { Restart: true } server)
                {
                    return;
                }

                if (server.State == ZProcServerState.Running)
                {
                    pause = FirstPause;
                    ProcessKiller.Wait(server.Process);
                }
                else
                {
                    _ = ServerLauncher.Relaunch(server, ServerLauncher.StartBound, CancellationToken.None);
                }
            }
#pragma warning disable CA1031 // a guard that ends leaves its server without one, and no command would tell
            catch (Exception passing)
#pragma warning restore CA1031
            {
                // Expected: the disk is full, the home folder is away, no descriptor is left, or another program has the folder or the address.
                ZProcEventSource.Log.FaultCaught(nameof(ServerGuard), passing);
                Thread.Sleep(pause);
                pause = RetryPause.Longer(pause, LongestPause);
            }
        }
    }
}
