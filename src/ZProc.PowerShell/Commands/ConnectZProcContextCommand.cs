using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core.Wire;
using ZProc.Servers;

namespace ZProc.Commands;

/// <summary>
/// <c>Connect-ZProcContext</c>: joins a context of another session, or of a server with a process of its own, and makes it
/// the current context.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "ZProcContext", SupportsShouldProcess = true, DefaultParameterSetName = NameSet)]
[OutputType(typeof(ZProcContext))]
public sealed class ConnectZProcContextCommand : ZProcCommand
{
    private const string StringSet = "ConnectionString";
    private const string NameSet = "Name";

    /// <summary>The <c>ConnectionString</c> of the context to join.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = StringSet)]
    [ValidateNotNullOrEmpty]
    public string ConnectionString { get; set; } = null!;

    /// <summary>
    /// Without a connection string, the name of a server of this user on this machine (<c>Start-ZProcServer</c>). With one, the
    /// context's name in this session; default: a name made from the port.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [Parameter(ParameterSetName = StringSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServerNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The current namespace in the context. Default: <c>default</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>
    /// Seconds to try to connect, and to start a server that is down. Default: 5 to connect, and 120 to start a server, as a busy machine
    /// starts a process slowly.
    /// </summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double TimeoutSec { get; set; } = ContextFactory.DefaultTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override void Process()
    {
        var isBounded = MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSec));
        var deadline = DeadlineOf(TimeoutSec, ContextFactory.DefaultTimeout);
        var server = ParameterSetName == NameSet ? ServerFolder.Find(Name!) : PipedServerThatIsDown();
        var address = ContextAddress.Parse(server?.ConnectionString ?? ConnectionString);
        if (ShouldProcess(address.Endpoint, "Connect to ZProc context"))
        {
            if (server is { State: ZProcServerState.Down })
            {
                WriteVerbose($"The server '{server.Name}' is down. Its next one starts on {server.Path}.");
                var next = ServerLauncher.Relaunch(server, isBounded ? deadline.Remaining : ServerLauncher.StartBound, StopToken) ?? ServerFolder.Find(server.Name);
                address = ContextAddress.Parse(next.ConnectionString);
            }

            WriteObject(ContextFactory.Connect(address, Name, Namespace, isBounded ? deadline.Remaining : ContextFactory.DefaultTimeout, StopToken));
        }
    }

    /// <summary>The server whose connection string came through the pipeline, where it is down; null for any other context.</summary>
    private ZProcServer? PipedServerThatIsDown() => MyInvocation.ExpectingInput && Name is not null ? ServerFolder.TryFindDown(ConnectionString) : null;
}
