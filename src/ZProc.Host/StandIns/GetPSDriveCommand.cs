namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-PSDrive.</summary>
[Cmdlet(VerbsCommon.Get, "PSDrive")]
public sealed class GetPSDriveCommand : StandIn
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public string[]? PSProvider { get; set; }

    [Parameter]
    public string? Scope { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            PSDriveInfo[] found = [.. SessionState.Drive.GetAll()
                .Where(drive => pattern.IsMatch(drive.Name) && (PSProvider is null || PSProvider.Contains(drive.Provider.Name, StringComparer.OrdinalIgnoreCase)))
                .OrderBy(drive => drive.Name, StringComparer.OrdinalIgnoreCase)];
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                WriteError("GetLocationNoMatchingDrive", ErrorCategory.ObjectNotFound, new ItemNotFoundException($"There is no drive '{name}'."), name);
        }
    }
}
