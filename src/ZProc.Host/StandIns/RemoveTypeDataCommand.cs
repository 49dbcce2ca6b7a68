using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Remove-TypeData.</summary>
[Cmdlet(VerbsCommon.Remove, "TypeData", SupportsShouldProcess = true)]
public sealed class RemoveTypeDataCommand : StandIn
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public string TypeName { get; set; } = string.Empty;

    [Parameter]
    public string[]? Path { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        if (ShouldProcess(TypeName, "Remove TypeData"))
            Try(() => EngineInternals.Types(Runspace.DefaultRunspace).RemoveType(TypeName), TypeName);
    }
}
