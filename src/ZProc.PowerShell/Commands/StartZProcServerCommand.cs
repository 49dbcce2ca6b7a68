using System.Management.Automation;
using ZProc.Core;
using ZProc.Servers;

namespace ZProc.Commands;

/// <summary>
/// <c>Start-ZProcServer</c>: starts a server in an OS process of its own. The server outlives this session, and ends with
/// <c>Stop-ZProcServer</c>. Sessions of this user join it with <c>Connect-ZProcContext -Name</c>.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "ZProcServer", SupportsShouldProcess = true)]
[OutputType(typeof(ZProcServer))]
public sealed class StartZProcServerCommand : NewServerCommand
{
    /// <summary>The server's name, of letters, digits, dots, dashes and underscores. Default: a name made from the port.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public override string? Name { get; set; }

    /// <summary>
    /// With <c>-Path</c>: an OS process of its own guards the server, and starts the next one when it dies. Without it the next command
    /// that needs the server does so.
    /// </summary>
    [Parameter]
    public SwitchParameter Restart { get; set; }

    /// <summary>Seconds that the server may take to start. Default: 120, as a busy machine starts a process slowly.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double TimeoutSec { get; set; } = ServerLauncher.StartBound.TotalSeconds;

    /// <inheritdoc/>
    protected override void End()
    {
        var limits = Limits();
        var durable = Durable();
        if (Restart && durable is null)
        {
            throw new FaultException(Fault.InvalidArgument, "-Restart needs a state that outlives the server. Give its folder with -Path, or leave -Restart out.");
        }

        var bound = TimeOf(TimeoutSec, "-TimeoutSec")!.Value;
        if (ShouldProcess(Name ?? durable?.Folder ?? Endpoint ?? "a private socket of this machine", "Start ZProc server"))
        {
            var server = ServerLauncher.Launch(
                new ServerSettings { Name = Name, Endpoint = Endpoint, Limits = limits, Durable = durable, Restart = Restart }, bound, StopToken);
            Warn(server.CutOff);
            WriteObject(server);
        }
    }
}
