namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Group-Object.</summary>
[Cmdlet("Group", "Object", DefaultParameterSetName = "HashTable")]
public sealed class GroupObjectCommand : StandIn
{
    private readonly List<GroupInfo> _groups = [];
    private readonly Dictionary<int, List<GroupInfo>> _byHash = [];
    private PropertyTerm[] _terms = [];
    private ValueComparer _comparer = new(caseSensitive: false);

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter NoElement { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    protected override void Begin()
    {
        _terms = PropertyTerm.ParseAll(Property);
        _comparer = new ValueComparer(CaseSensitive, Culture is null ? null : CultureInfo.GetCultureInfo(Culture));
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
            return;
        object?[] keys = _terms.Length == 0 ? [InputObject.BaseObject is PSCustomObject ? InputObject : InputObject.BaseObject] : [.. _terms.Select(term => Bare(term.Value(InputObject)))];
        int hash = keys.Aggregate(17, (sum, key) => HashCode.Combine(sum, _comparer.GetHashCode(key)));
        if (!_byHash.TryGetValue(hash, out List<GroupInfo>? bucket))
            _byHash[hash] = bucket = [];
        GroupInfo? group = bucket.Find(known => known.Values.Cast<object?>().Zip(keys).All(pair => _comparer.Equals(pair.First, pair.Second)));
        if (group is null)
        {
            group = new GroupInfo(keys);
            bucket.Add(group);
            _groups.Add(group);
        }

        group.Group.Add(InputObject);
    }

    protected override void EndProcessing()
    {
        if (AsHashTable)
        {
            var table = new Hashtable(CaseSensitive ? StringComparer.CurrentCulture : StringComparer.CurrentCultureIgnoreCase);
            foreach (GroupInfo group in _groups)
                table[AsString ? group.Name : group.Values.Count == 1 ? group.Values[0] ?? string.Empty : group.Values] = group.Group;
            WriteObject(table);
            return;
        }

        foreach (GroupInfo group in _groups.Order(Comparer<GroupInfo>.Create(Compare)))
            WriteObject(NoElement ? new GroupInfoNoElement(group) : group);
    }

    private int Compare(GroupInfo left, GroupInfo right)
    {
        for (int index = 0; index < left.Values.Count; index++)
        {
            int order = _comparer.Compare(left.Values[index], right.Values[index]);
            if (order != 0)
                return order;
        }

        return 0;
    }
}
