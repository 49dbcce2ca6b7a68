using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Engines.Redis;
using ZProc.Core.Wire;
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
    private static readonly string[] ServerOnly =
    [
        nameof(Endpoint), nameof(Path), nameof(Durability), nameof(Restart), nameof(MaximumHistoryCount), nameof(MaximumHistoryBytes), nameof(MaximumValueBytes),
    ];

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

    /// <summary>
    /// The address of a context on an engine (<c>redis://…</c>), or a context of this session that is on one. Instead of a server, the OS
    /// process makes this machine take part in that context: <c>Start-ZProcess -Machine</c> starts processes on it. Its name is that of the
    /// computer unless <c>-Name</c> gives another.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ContextAddressTransformation]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? Context { get; set; }

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
        if (Context is not null)
        {
            StartMachine(bound);
            return;
        }

        if (ShouldProcess(Name ?? durable?.Folder ?? Endpoint ?? "a private socket of this machine", "Start ZProc server"))
        {
            var server = ServerLauncher.Launch(
                new ServerSettings { Name = Name, Endpoint = Endpoint, Limits = limits, Durable = durable, Restart = Restart }, bound, StopToken);
            Warn(server.CutOff);
            WriteObject(server);
        }
    }

    private void StartMachine(TimeSpan bound)
    {
        if (ServerOnly.FirstOrDefault(IsGiven) is { } wrong)
        {
            throw new FaultException(
                Fault.InvalidArgument, $"-{wrong} is for a server with a state of its own, and -Context takes part in a state that an engine has. Leave one of them out.", wrong);
        }

        if (!ContextAddress.IsOne(Context!))
        {
            throw ContextTransformationAttribute.RefusalOf(Context!);
        }

        if (ContextAddress.Parse(Context!) is not RedisAddress engine)
        {
            throw new FaultException(
                Fault.InvalidArgument, "-Context takes a context on an engine, whose address begins with redis:// or rediss://. A context of a server of ZProc is on one machine.", ContextAddress.Redact(Context));
        }

        var name = Name ?? Environment.MachineName;
        if (ShouldProcess(engine.Endpoint, $"Make machine '{name}' take part"))
        {
            WriteObject(ServerLauncher.Launch(new ServerSettings { Name = name, Engine = engine.Text }, bound, StopToken));
        }
    }
}
