namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Compare-Object.</summary>
[Cmdlet(VerbsData.Compare, "Object")]
public sealed class CompareObjectCommand : StandIn
{
    private readonly List<PSObject> _differences = [];

    [Parameter(Position = 0, Mandatory = true)]
    [AllowEmptyCollection]
    public PSObject[] ReferenceObject { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public PSObject[] DifferenceObject { get; set; } = [];

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int SyncWindow { get; set; } = int.MaxValue;

    [Parameter]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter ExcludeDifferent { get; set; }

    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void ProcessRecord() => _differences.AddRange(DifferenceObject);

    protected override void EndProcessing()
    {
        PropertyTerm[] terms = PropertyTerm.ParseAll(Property);
        var comparer = new ValueComparer(CaseSensitive, Culture is null ? null : CultureInfo.GetCultureInfo(Culture));
        object?[] Keys(PSObject item) => terms.Length == 0 ? [item] : [.. terms.Select(term => term.Value(item))];
        bool Same(PSObject left, PSObject right) => Keys(left).Zip(Keys(right)).All(pair => comparer.Equals(pair.First, pair.Second));

        var missing = ReferenceObject.Select((item, index) => (Item: item, Index: index)).ToList();
        var extra = new List<PSObject>();
        for (int index = 0; index < _differences.Count; index++)
        {
            PSObject item = _differences[index];
            int found = missing.FindIndex(other => Math.Abs((long)other.Index - index) <= SyncWindow && Same(other.Item, item));
            if (found < 0)
            {
                extra.Add(item);
                continue;
            }

            if (IncludeEqual || (ExcludeDifferent && !MyInvocation.BoundParameters.ContainsKey(nameof(IncludeEqual))))
                Emit(missing[found].Item, "==", terms);
            missing.RemoveAt(found);
        }

        if (ExcludeDifferent)
            return;
        foreach (PSObject item in extra)
            Emit(item, "=>", terms);
        foreach ((PSObject item, _) in missing)
            Emit(item, "<=", terms);
    }

    private void Emit(PSObject item, string side, PropertyTerm[] terms)
    {
        PSObject result;
        if (PassThru)
        {
            result = item;
            if (result.Properties["SideIndicator"] is { } known)
                known.Value = side;
            else
                result.Properties.Add(new PSNoteProperty("SideIndicator", side));
            WriteObject(result);
            return;
        }

        result = new PSObject();
        if (terms.Length == 0)
            result.Properties.Add(new PSNoteProperty("InputObject", item));
        foreach (PropertyTerm term in terms)
            result.Properties.Add(new PSNoteProperty(term.Name, term.Value(item)));
        result.Properties.Add(new PSNoteProperty("SideIndicator", side));
        WriteObject(result);
    }
}
