using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Requests;

namespace ZProc.Commands;

/// <summary>Finds the machines that a command names.</summary>
internal static class MachineFinder
{
    /// <summary>Finds by names, with wildcards. A name without wildcards that names no machine is reported.</summary>
    /// <param name="context">The context.</param>
    /// <param name="names">The names.</param>
    /// <param name="report">Reports a name.</param>
    /// <param name="cancellation">Gives up at once.</param>
    public static IEnumerable<HostRecord> Find(ZProcContext context, IEnumerable<string> names, Action<FaultException> report, CancellationToken cancellation) =>
        Finder.ByName(ProcessHosts.All(context, cancellation), names, static host => host.Name, (name, proposal) => report(FaultException.NotFound(
            $"No machine named '{name}' takes part in the context '{context.Name}'.{proposal} Get-ZProcMachine lists the machines; Start-ZProcServer -Context makes one take part.",
            name)));
}
