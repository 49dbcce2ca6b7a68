using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.Commands;

/// <summary><c>Test-ZProcContext</c>: whether a context's server answers. A server that does not answer is the output <c>$false</c>, not an error.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ZProcContext", DefaultParameterSetName = "Context")]
[OutputType(typeof(bool))]
[OutputType(typeof(PSCustomObject))]
public sealed class TestZProcContextCommand : ZProcCommand
{
    /// <summary>The context, or its name. Default: the current one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Context")]
    [Alias("Name")]
    [ValidateNotNull]
    [ContextTransformation]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public ZProcContext? Context { get; set; }

    /// <summary>The connection string of the context to try.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ConnectionString")]
    [ValidateNotNullOrEmpty]
    public string? ConnectionString { get; set; }

    /// <summary>Seconds to wait for the answer. Default: 5.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double TimeoutSec { get; set; } = ContextFactory.DefaultTimeout.TotalSeconds;

    /// <summary>Outputs the server's process id, the latency and the state's sequence instead of <c>$true</c>.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    private protected override ZProcContext? GivenContext => Context;

    /// <inheritdoc/>
    protected override void Process()
    {
        var deadline = DeadlineOf(TimeoutSec, ContextFactory.DefaultTimeout);
        try
        {
            if (ConnectionString is not null)
            {
                using var client = ClientFactory.Connect(ContextAddress.Parse(ConnectionString), deadline, cancellation: StopToken);
                Write(client.Ping(deadline, StopToken));
            }
            else
            {
                Write((Context ?? ContextTable.Get()).Client.Ping(deadline, StopToken));
            }
        }
        catch (FaultException fault)
        {
            WriteVerbose(fault.Message);
            WriteObject(false);
        }
    }

    private void Write(PingResult ping)
    {
        if (!Detailed)
        {
            WriteObject(true);
            return;
        }

        var answer = new PSObject();
        answer.Properties.Add(new PSNoteProperty("ProcessId", ping.ProcessId));
        answer.Properties.Add(new PSNoteProperty("Latency", ping.Latency));
        answer.Properties.Add(new PSNoteProperty("Sequence", ping.Sequence));
        WriteObject(answer);
    }
}
