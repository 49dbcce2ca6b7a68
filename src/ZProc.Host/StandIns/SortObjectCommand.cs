namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Sort-Object; equal items keep their order, as with -Stable.</summary>
[Cmdlet("Sort", "Object", DefaultParameterSetName = "Default")]
public sealed class SortObjectCommand : StandIn
{
    private readonly List<PSObject> _items = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    [Parameter]
    public SwitchParameter Stable { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null && InputObject != AutomationNull.Value)
            _items.Add(InputObject);
    }

    protected override void EndProcessing()
    {
        PropertyTerm[] terms = PropertyTerm.ParseAll(Property);
        var comparer = new ValueComparer(CaseSensitive, Culture is null ? null : CultureInfo.GetCultureInfo(Culture));
        var rows = _items
            .Select(item => (Item: item, Keys: terms.Length == 0 ? [item] : terms.Select(term => term.Value(item)).ToArray()))
            .ToList();
        IOrderedEnumerable<(PSObject Item, object?[] Keys)> ordered = rows.Order(Comparer<(PSObject Item, object?[] Keys)>.Create((left, right) =>
        {
            for (int index = 0; index < left.Keys.Length; index++)
            {
                int order = comparer.Compare(left.Keys[index], right.Keys[index]);
                if (order != 0)
                    return (terms.Length == 0 ? Descending : terms[index].Descending ?? Descending) ? -order : order;
            }

            return 0;
        }));

        IEnumerable<(PSObject Item, object?[] Keys)> result = ordered;
        if (Unique)
            result = Distinct(ordered, comparer);
        if (Top > 0)
            result = result.Take(Top);
        if (Bottom > 0)
            result = result.TakeLast(Bottom);
        foreach ((PSObject item, _) in result)
            WriteObject(item);
    }

    private static IEnumerable<(PSObject Item, object?[] Keys)> Distinct(IEnumerable<(PSObject Item, object?[] Keys)> rows, ValueComparer comparer)
    {
        object?[]? last = null;
        foreach ((PSObject Item, object?[] Keys) row in rows)
        {
            if (last is null || !last.Zip(row.Keys).All(pair => comparer.Compare(pair.First, pair.Second) == 0))
                yield return row;
            last = row.Keys;
        }
    }
}
