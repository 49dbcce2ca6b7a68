using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary>
/// <c>Start-ZProcContext</c>: starts a server in this session, on a free port of this machine or on an endpoint, and
/// makes the context the current one. It lives until it is stopped or the session ends.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "ZProcContext", SupportsShouldProcess = true)]
[OutputType(typeof(ZProcContext))]
public sealed class StartZProcContextCommand : ZProcCommand
{
    /// <summary>What to call it. Default: a name made from the port.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The namespace that is current in it. Default: <c>default</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Where to listen, as <c>tcp://HOST:PORT</c>. Off this machine, connections are encrypted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Endpoint { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        if (ShouldProcess(Name ?? Endpoint ?? "a free port of this machine", "Start ZProc context"))
        {
            WriteObject(ContextFactory.Start(Name, Namespace, Endpoint));
        }
    }
}
