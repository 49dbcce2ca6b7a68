using System.Management.Automation;
using ZProc.Core.Wire;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Connect-ZProcContext</c>: joins a context that another session started, and makes it the current one.</summary>
[Cmdlet(VerbsCommunications.Connect, "ZProcContext", SupportsShouldProcess = true)]
[OutputType(typeof(ZProcContext))]
public sealed class ConnectZProcContextCommand : ZProcCommand
{
    /// <summary>The <c>ConnectionString</c> of the context to join.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string ConnectionString { get; set; } = null!;

    /// <summary>What to call it here. Default: a name made from the port.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The namespace that is current in it. Default: <c>default</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Seconds to try. Default: 5.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double TimeoutSec { get; set; } = ContextFactory.DefaultTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override void Process()
    {
        _ = DeadlineOf(TimeoutSec);
        var connection = Core.Wire.ConnectionString.Parse(ConnectionString);
        if (ShouldProcess(connection.Endpoint, "Connect to ZProc context"))
        {
            WriteObject(ContextFactory.Connect(connection, Name, Namespace, null, null, TimeSpan.FromSeconds(TimeoutSec), StopToken));
        }
    }
}
