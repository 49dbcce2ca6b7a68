namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Invoke-Expression.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Expression")]
public sealed class InvokeExpressionCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string Command { get; set; } = string.Empty;

    protected override void ProcessRecord()
    {
        // In the caller's scope, with output going on as it comes.
        ScriptBlock script = InvokeCommand.NewScriptBlock(Command);
        InvokeCommand.InvokeScript(SessionState, script, null);
    }
}
