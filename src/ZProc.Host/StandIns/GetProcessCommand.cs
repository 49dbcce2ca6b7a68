using System.Diagnostics;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Process.</summary>
[Cmdlet(VerbsCommon.Get, "Process", DefaultParameterSetName = "Name")]
public sealed class GetProcessCommand : ProcessBaseCommand
{
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Id", ValueFromPipelineByPropertyName = true)]
    [Alias("PID")]
    public int[]? Id { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public Process[]? InputObject { get; set; }

    [Parameter]
    public SwitchParameter IncludeUserName { get => default; set => Refuse(); }

    [Parameter]
    public SwitchParameter Module { get => default; set => Refuse(); }

    [Parameter]
    public SwitchParameter FileVersionInfo { get => default; set => Refuse(); }

    protected override void ProcessRecord() =>
        WriteObject(InputObject is not null ? InputObject : Id is not null ? ById(Id) : ByName(Name), enumerateCollection: true);
}
