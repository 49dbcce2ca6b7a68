namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Read-Host.</summary>
[Cmdlet(VerbsCommunications.Read, "Host")]
public sealed class ReadHostCommand : StandIn
{
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    [AllowNull]
    public object? Prompt { get; set; }

    [Parameter]
    public SwitchParameter AsSecureString { get; set; }

    [Parameter]
    public SwitchParameter MaskInput { get => default; set => Refuse(); }

    protected override void Begin()
    {
        try
        {
            if (Prompt is not null)
                Host.UI.Write($"{PSObject.AsPSObject(Prompt)}: ");
            WriteObject(AsSecureString ? Host.UI.ReadLineAsSecureString() : Host.UI.ReadLine());
        }
        catch (PSInvalidOperationException refusal)
        {
            ThrowTerminatingError(new ErrorRecord(refusal, "InvalidOperation", ErrorCategory.InvalidOperation, null));
        }
    }
}
