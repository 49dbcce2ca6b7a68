namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Convert-Path.</summary>
[Cmdlet(VerbsData.Convert, "Path", DefaultParameterSetName = "Path")]
public sealed class ConvertPathCommand : PathCommand
{
    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
            WriteObject(Resolve(path, out _), enumerateCollection: true);
    }
}
