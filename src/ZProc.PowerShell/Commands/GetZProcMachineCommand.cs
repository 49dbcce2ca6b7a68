using System.Management.Automation;
using ZProc.Completers;
using ZProc.Requests;
using ZProc.Servers;

namespace ZProc.Commands;

/// <summary><c>Get-ZProcMachine</c>: the machines that take part in a context, and take processes of its sessions.</summary>
[Cmdlet(VerbsCommon.Get, "ZProcMachine")]
[OutputType(typeof(ZProcMachine))]
public sealed class GetZProcMachineCommand : ZProcContextCommand
{
    /// <summary>Names, with wildcards. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process()
    {
        var running = ProcessHosts.CountRunning(ResolvedContext, StopToken);
        foreach (var host in MachineFinder.Find(ResolvedContext, Name, fault => WriteFault(fault), StopToken))
        {
            WriteObject(new ZProcMachine(host, running.GetValueOrDefault(host.Session)));
        }
    }
}
