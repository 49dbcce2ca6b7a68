namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Clear-Item.</summary>
[Cmdlet(VerbsCommon.Clear, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class ClearItemCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            if (ShouldProcess(path, "Clear Item"))
                Try(() => InvokeProvider.Item.Clear([path], Force, IsLiteral), path);
        }
    }
}
