namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Join-String.</summary>
[Cmdlet(VerbsCommon.Join, "String")]
public sealed class JoinStringCommand : StandIn
{
    private readonly List<string> _texts = [];
    private PropertyTerm? _term;

    [Parameter(Position = 0)]
    public object? Property { get; set; }

    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string? Separator { get; set; }

    [Parameter]
    [Alias("op")]
    public string? OutputPrefix { get; set; }

    [Parameter]
    [Alias("os")]
    public string? OutputSuffix { get; set; }

    [Parameter]
    public SwitchParameter SingleQuote { get; set; }

    [Parameter]
    public SwitchParameter DoubleQuote { get; set; }

    [Parameter]
    public string? FormatString { get; set; }

    [Parameter(ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    protected override void Begin() => _term = Property is null ? null : PropertyTerm.Parse(Property);

    protected override void ProcessRecord()
    {
        foreach (PSObject item in InputObject ?? [])
        {
            if (item is null)
                continue;
            object? value = _term is null ? item : _term.Value(item);
            string text = value is null ? string.Empty : LanguagePrimitives.ConvertTo<string>(value);
            if (FormatString is not null)
                text = string.Format(CultureInfo.CurrentCulture, FormatString, Bare(value));
            _texts.Add(SingleQuote ? $"'{text}'" : DoubleQuote ? $"\"{text}\"" : text);
        }
    }

    protected override void EndProcessing() =>
        WriteObject(OutputPrefix + string.Join(Separator ?? GetVariableValue("OFS")?.ToString(), _texts) + OutputSuffix);
}
