using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.State;

namespace ZProc.Requests;

/// <summary>The sessions of a context that take processes of others: its server, or the machines that take part in it.</summary>
internal static class ProcessHosts
{
    /// <summary>All hosts, ordered by name.</summary>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public static IReadOnlyList<HostRecord> All(ZProcContext context, CancellationToken cancellation)
    {
        var entries = context.Client.GetSnapshot(KeyName.Server, cancellation: cancellation).Entries;
        return [.. entries.Select(static pair => HostRecord.TryDecode(pair.Value.Value)).OfType<HostRecord>().OrderBy(static host => host.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>How many processes each session supervises that have not ended.</summary>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public static IReadOnlyDictionary<Guid, int> CountRunning(ZProcContext context, CancellationToken cancellation)
    {
        var running = new Dictionary<Guid, int>();
        foreach (var (key, entry) in context.Client.GetSnapshot(KeyName.Processes, cancellation: cancellation).Entries)
        {
            if (ProcessRecord.TryDecode(key, entry.Value) is { Status.HasEnded: false } record)
            {
                running[record.Session] = running.GetValueOrDefault(record.Session) + 1;
            }
        }

        return running;
    }

    /// <summary>The host for a background process: the context's server, or the machine that this session runs on.</summary>
    /// <exception cref="FaultException">InvalidArgument: there is none.</exception>
    public static HostRecord ForBackground(ZProcContext context, CancellationToken cancellation) =>
        All(context, cancellation).FirstOrDefault(host => host.Session == context.Client.Incarnation || (context.Client.ServerProcessId is null && host.IsHere && host.Process.IsAlive))
        ?? throw new FaultException(
            Fault.InvalidArgument,
            context.Client.ServerProcessId is null
                ? $"-Background needs a process of ZProc on this machine that goes on without this session. Start one with Start-ZProcServer -Context (Get-ZProcContext '{context.Name}'), or name another machine with -Machine."
                : $"-Background needs a server that goes on without this session, and that of the context '{context.Name}' ends with it. Start one with Start-ZProcServer and join it with Connect-ZProcContext -Name.",
            context.Name);
}
