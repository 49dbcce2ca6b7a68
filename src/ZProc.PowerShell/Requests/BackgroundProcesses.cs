using System.Collections;
using System.Collections.Specialized;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>Processes that a host controls: a server with an OS process of its own, or a machine. They go on when the session that started them has ended.</summary>
internal static class BackgroundProcesses
{
    /// <summary>Announces to all sessions that this server takes background processes.</summary>
    public static void Offer(ZProcContext context) => context.Client.Commit(new CommitRequest(KeyName.Server, context.Self, [
        new Change(ChangeKind.Set, HostRecord.ServerKey, RecordOf(context).Encode()),
    ]));

    /// <summary>The record of the calling OS process as a host.</summary>
    public static HostRecord RecordOf(ZProcContext context, string? name = null) =>
        new() { Name = name ?? context.Name, Session = context.Self.Id, Process = ProcessIdentity.Of(Environment.ProcessId)!.Value };

    /// <summary>Asks a host to start a process.</summary>
    /// <param name="context">The context.</param>
    /// <param name="host">The host.</param>
    /// <param name="start">The process.</param>
    /// <param name="parameter">The parameter that asked for the host, for messages.</param>
    /// <param name="hasFolder">Whether the user chose the folder in which the script starts.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">ValueNotSupported. Any fault that the host reports.</exception>
    public static ZProcess Start(ZProcContext context, HostRecord host, ProcessStart start, string parameter, bool hasFolder, CancellationToken cancellation)
    {
        if (Secrets.AnyIn(start))
        {
            throw new FaultException(
                Fault.ValueNotSupported,
                $"-{parameter}: the process is given a SecureString, and what it is given goes through the state. Let the script read the secret itself, or leave -{parameter} out.",
                start.Name);
        }

        // Another machine has its own programs, their encodings, and folders.
        var fields = ProcessStartCodec.ToFields(!host.IsHere ? start with { Encodings = null } : start with
        {
            BaseEnvironment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value),
        });
        var self = CurrentSource.Get(context);
        var answer = ProcessRequests.Ask(context, host.Session, RequestKind.Start, new OrderedDictionary
        {
            ["start"] = fields,
            ["hasFolder"] = hasFolder,
            ["parent"] = self.Id,
            ["parentName"] = self.Name,
            ["parentProcessId"] = self.ProcessId,
        }, cancellation);
        return context.RemoteProcesses.Find(answer.Get<Guid>("process"), cancellation)
            ?? throw new FaultException(Fault.ProcessFailed, "The process was removed right after its start.");
    }
}
