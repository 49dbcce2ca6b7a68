using System.Diagnostics;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Measure-Command.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Command")]
public sealed class MeasureCommandCommand : StandIn
{
    private readonly Stopwatch _watch = new();

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock Expression { get; set; } = null!;

    protected override void ProcessRecord()
    {
        _watch.Start();
        InvokeCommand.InvokeScript(useLocalScope: false, Expression, InputObject is null ? null : new List<object> { InputObject });
        _watch.Stop();
    }

    protected override void EndProcessing() => WriteObject(_watch.Elapsed);
}
