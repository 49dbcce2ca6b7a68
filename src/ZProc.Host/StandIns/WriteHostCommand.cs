namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Write-Host.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
public sealed class WriteHostCommand : StandIn
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    [Alias("Msg", "Message")]
    public object? Object { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public object Separator { get; set; } = " ";

    [Parameter]
    public ConsoleColor? ForegroundColor { get; set; }

    [Parameter]
    public ConsoleColor? BackgroundColor { get; set; }

    protected override void ProcessRecord()
    {
        var message = new HostInformationMessage { Message = Text(Object), NoNewLine = NoNewline };
        if (ForegroundColor is not null || BackgroundColor is not null)
        {
            message.ForegroundColor = ForegroundColor ?? Host.UI.RawUI.ForegroundColor;
            message.BackgroundColor = BackgroundColor ?? Host.UI.RawUI.BackgroundColor;
        }

        WriteInformation(message, ["PSHOST"]);
    }

    private string Text(object? value)
    {
        value = Bare(value);
        return value switch
        {
            null => string.Empty,
            string text => text,
            System.Xml.XmlNode node => node.Name,
            IEnumerable items => string.Join(Separator?.ToString(), items.Cast<object?>().Select(Text)),
            PSObject wrapped => wrapped.ToString(),
            _ => LanguagePrimitives.ConvertTo<string>(value),
        };
    }
}
