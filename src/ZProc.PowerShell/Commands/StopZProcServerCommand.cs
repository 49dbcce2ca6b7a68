using System.Management.Automation;
using ZProc.Completers;
using ZProc.Core;
using ZProc.Servers;

namespace ZProc.Commands;

/// <summary><c>Stop-ZProcServer</c>: ends servers with a process of their own, and returns when they have ended. Sessions that joined a server
/// are told.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ZProcServer", SupportsShouldProcess = true)]
public sealed class StopZProcServerCommand : ServerCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServerNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var server in Named(Name))
        {
            if (ShouldProcess(server.Name, "Stop ZProc server"))
            {
                End(server);
            }
        }
    }

    private void End(ZProcServer server)
    {
        try
        {
            ServerLauncher.End(server, StopToken);
        }
        catch (FaultException fault) when (fault.Fault is Fault.DiskFailed or Fault.NotPermitted)
        {
            WriteFault(fault); // of this server; the others end
        }
    }
}
