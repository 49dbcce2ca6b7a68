namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertTo-Csv.</summary>
[Cmdlet(VerbsData.ConvertTo, "Csv")]
public sealed class ConvertToCsvCommand : WriteCsvCommand
{
    private protected override void Put(string line) => WriteObject(line);
}
