namespace Microsoft.PowerShell.Commands;

/// <summary>What Write-Warning, Write-Verbose and Write-Debug share.</summary>
public abstract class WriteMessageCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [Alias("Msg")]
    public string Message { get; set; } = string.Empty;
}
