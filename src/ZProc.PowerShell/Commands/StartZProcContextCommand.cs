using System.Management.Automation;
using ZProc.Contexts;

namespace ZProc.Commands;

/// <summary>
/// <c>Start-ZProcContext</c>: starts a server in this session, on a private socket of this machine or on an endpoint, and
/// makes its context the current one. The context ends when it is stopped or the session ends.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "ZProcContext", SupportsShouldProcess = true)]
[OutputType(typeof(ZProcContext))]
public sealed class StartZProcContextCommand : NewContextCommand
{
    /// <summary>The context's name. Default: a name made from the port.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public override string? Name { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        if (StartContext() is { } context)
        {
            WriteObject(context);
        }
    }
}
