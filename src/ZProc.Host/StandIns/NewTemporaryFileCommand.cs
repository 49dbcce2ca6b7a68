namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for New-TemporaryFile.</summary>
[Cmdlet(VerbsCommon.New, "TemporaryFile")]
public sealed class NewTemporaryFileCommand : StandIn
{
    protected override void EndProcessing() => Try(() => WriteObject(new FileInfo(Path.GetTempFileName())));
}
