using System.Collections.Specialized;
using System.ComponentModel;
using System.Runtime.InteropServices;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core.Wire;
using ZProc.Core;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Servers;

/// <summary>
/// The inside of a server's OS process, and how one is started and ended. Public since its command line calls
/// <see cref="Run"/>; of no use elsewhere.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ServerProcess
{
    private const byte Serve = 1;
    private const byte Served = 2;
    private const byte Refused = 3;

    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(5);

    /// <summary>Serves until it is asked to end, and exits.</summary>
    public static void Run()
    {
        var pipes = ChildPipes.TakeOver();
        SessionEnd.IsWorker = true;
        using var end = new ManualResetEventSlim();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, end));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, end));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true); // it has no terminal
        if (pipes.Read() is not { Kind: Serve } request)
        {
            Environment.Exit(1);
            return;
        }

        ZProcContext? context = null;
        try
        {
            var server = Start(Fields.Of(request.Payload));
            server.ShutdownRequested = end.Set;
            var name = Fields.Of(request.Payload).Get<string>("name") ?? $"ZProc{server.Connection.Port}";
            context = ContextFactory.Host(server, name);
            var entry = new ZProcServer(
                name, server.Connection.Text, ProcessIdentity.Of(Environment.ProcessId)!.Value, DateTime.UtcNow);
            ServerFolder.Add(entry);
            try
            {
                pipes.Send(Served, Encode(new OrderedDictionary
                {
                    ["name"] = entry.Name,
                    ["connection"] = entry.ConnectionString,
                    ["process"] = entry.Process.Id,
                    ["processStart"] = entry.Process.StartTime,
                    ["started"] = entry.StartTime,
                }));

                // Whoever started us has to have heard; else nobody knows of us.
                if (pipes.Read() is not null)
                {
                    pipes.Close();
                    end.Wait();
                }
            }
            finally
            {
                ServerFolder.Remove(entry);
            }
        }
        catch (Exception e) when (e is FaultException or IOException or UnauthorizedAccessException)
        {
            var fault = e as FaultException;
            pipes.Send(Refused, Encode(new OrderedDictionary
            {
                ["fault"] = (int)(fault?.Fault ?? Fault.InvalidArgument),
                ["message"] = e.Message,
                ["target"] = fault?.Target?.ToString(),
            }));
        }
        finally
        {
            if (context is not null)
            {
                ContextFactory.Stop(context);
            }
        }

        Environment.Exit(0);
    }

    /// <summary>Starts a server in a process of its own.</summary>
    /// <exception cref="FaultException">CannotConnect: the endpoint cannot be listened on. InvalidArgument. ProcessFailed.</exception>
    internal static ZProcServer Launch(string? name, string? endpoint, StoreOptions limits)
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

        _ = ContextFactory.ParseEndpoint(endpoint);
        var program = PowerShellProgram.Own;
        var answer = DetachedProcess.Start(
            program.Executable,
            program.ArgumentsFor(typeof(ServerProcess)),
            WorkerChild.StartUp,
            new Frame(Serve, Encode(new OrderedDictionary
            {
                ["name"] = name,
                ["endpoint"] = endpoint,
                ["updates"] = limits.MaximumUpdates,
                ["updateBytes"] = limits.MaximumUpdateBytes,
                ["valueBytes"] = limits.MaximumValueBytes,
            })),
            StartBound);
        var fields = Fields.Of(answer.Payload);
        return answer.Kind == Served
            ? new ZProcServer(
                fields.Get<string>("name")!,
                fields.Get<string>("connection")!,
                new ProcessIdentity(fields.Get<int>("process"), fields.Get<long>("processStart")),
                fields.Get<DateTime>("started"))
            : throw new FaultException((Fault)fields.Get<int>("fault"), fields.Get<string>("message")!, fields.Get<string>("target"));
    }

    /// <summary>Ends a server; one that does not answer is killed.</summary>
    internal static void End(ZProcServer server, CancellationToken cancellation)
    {
        try
        {
            using var client = RemoteClient.Connect(
                ConnectionString.Parse(server.ConnectionString), Deadline.After(StopBound), cancellation: cancellation);
            client.Shutdown(Deadline.After(StopBound), cancellation);
        }
        catch (FaultException)
        {
            // It hangs, or is gone: the bound below decides.
        }

        ProcessKiller.WaitOrKill(server.Process, StopBound);
        ServerFolder.Remove(server);
    }

    private static StateServer Start(Fields fields)
    {
        var (host, port) = ContextFactory.ParseEndpoint(fields.Get<string>("endpoint"));
        return StateServer.Start(host, port, new StoreOptions
        {
            MaximumUpdates = fields.Get<int>("updates"),
            MaximumUpdateBytes = fields.Get<long>("updateBytes"),
            MaximumValueBytes = fields.Get<int>("valueBytes"),
        });
    }

    private static void Stop(PosixSignalContext signal, ManualResetEventSlim end)
    {
        signal.Cancel = true;
        end.Set();
    }

    private static ReadOnlyMemory<byte> Encode(OrderedDictionary fields) => PowerShellValues.Encode(fields).Bytes;
}
