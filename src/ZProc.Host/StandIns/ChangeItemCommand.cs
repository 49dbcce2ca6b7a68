namespace Microsoft.PowerShell.Commands;

/// <summary>What Copy-Item, Move-Item and Set-Item share.</summary>
public abstract class ChangeItemCommand : ChangePathCommand
{
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected sealed override void Change(string path)
    {
        Collection<PSObject> items = ChangeItem(path);
        if (PassThru)
            WriteObject(items, enumerateCollection: true);
    }

    /// <returns>The items as they are now.</returns>
    private protected abstract Collection<PSObject> ChangeItem(string path);
}
