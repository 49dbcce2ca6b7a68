namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Clear-Content.</summary>
[Cmdlet(VerbsCommon.Clear, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class ClearContentCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            if (ShouldProcess(path, "Clear Content"))
                Try(() => InvokeProvider.Content.Clear([path], Force, IsLiteral), path);
        }
    }
}
