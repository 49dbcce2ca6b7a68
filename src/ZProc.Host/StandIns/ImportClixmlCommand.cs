namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Import-Clixml.</summary>
[Cmdlet(VerbsData.Import, "Clixml", DefaultParameterSetName = "Path")]
public sealed class ImportClixmlCommand : PathCommand
{
    protected override void ProcessRecord()
    {
        foreach (string file in Paths.SelectMany(path => Resolve(path, out _)))
            Try(() => WriteObject(PSSerializer.Deserialize(File.ReadAllText(file)), enumerateCollection: true), file);
    }
}
