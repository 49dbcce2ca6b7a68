namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Unique.</summary>
[Cmdlet(VerbsCommon.Get, "Unique")]
public sealed class GetUniqueCommand : StandIn
{
    private PSObject? _last;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter]
    public SwitchParameter AsString { get; set; }

    [Parameter]
    public SwitchParameter OnType { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
            return;
        bool same = _last is not null && (OnType
            ? _last.TypeNames.FirstOrDefault() == InputObject.TypeNames.FirstOrDefault()
            : AsString
                ? string.Equals(_last.ToString(), InputObject.ToString(), CaseInsensitive ? StringComparison.CurrentCultureIgnoreCase : StringComparison.CurrentCulture)
                : new ValueComparer(caseSensitive: !CaseInsensitive).Equals(_last, InputObject));
        if (!same)
            WriteObject(InputObject);
        _last = InputObject;
    }
}
