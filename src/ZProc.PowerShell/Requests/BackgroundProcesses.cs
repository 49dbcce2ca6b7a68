using System.Collections;
using System.Collections.Specialized;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.Servers;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>Processes that a server with an OS process of its own controls. They go on when the session that started them has ended.</summary>
internal static class BackgroundProcesses
{
    private const string HostKey = "host";

    /// <summary>Announces to all sessions that this server takes background processes.</summary>
    public static void Offer(ZProcContext context) => context.Client.Commit(new CommitRequest(KeyName.Server, context.Self, [
        new Change(ChangeKind.Set, HostKey, PowerShellValues.Encode(new OrderedDictionary
        {
            ["name"] = context.Name,
            ["processId"] = Environment.ProcessId,
            ["session"] = ProcessRecord.KeyOf(context.Self.Id),
        })),
    ]));

    /// <summary>Asks the server to start a process.</summary>
    /// <exception cref="FaultException">InvalidArgument: the server has no OS process of its own. Any fault that the server reports.</exception>
    public static ZProcess Start(ZProcContext context, ProcessStart start, CancellationToken cancellation)
    {
        if (context.Client.Get(KeyName.Server, HostKey, cancellation: cancellation) is null)
        {
            throw new FaultException(
                Fault.InvalidArgument,
                $"-Background needs a server that goes on without this session, and that of the context '{context.Name}' ends with it. Start one with Start-ZProcServer and join it with Connect-ZProcContext -Name.",
                context.Name);
        }

        if (Secrets.AnyIn(start))
        {
            throw new FaultException(
                Fault.ValueNotSupported,
                "-Background: the process is given a SecureString, and what it is given goes through the state of the server. Let the script read the secret itself, or leave -Background out.",
                start.Name);
        }

        var fields = ProcessStartCodec.ToFields(start with
        {
            BaseEnvironment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value),
        });
        var self = CurrentSource.Get(context);
        var answer = ProcessRequests.Ask(context, context.Client.Incarnation, RequestKind.Start, Guid.Empty, new OrderedDictionary
        {
            ["start"] = fields,
            ["parent"] = self.Id,
            ["parentName"] = self.Name,
            ["parentProcessId"] = self.ProcessId,
        }, cancellation);
        return context.RemoteProcesses.Find(answer.Get<Guid>("process"))
            ?? throw new FaultException(Fault.ProcessFailed, "The process was removed right after its start.");
    }
}
