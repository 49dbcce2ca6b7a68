namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Select-Object.</summary>
[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = "DefaultParameter")]
public sealed class SelectObjectCommand : StandIn
{
    private readonly List<PSObject> _unique = [];
    private readonly Queue<PSObject> _tail = new();
    private PropertyTerm[] _terms = [];
    private PropertyTerm[] _excluded = [];
    private HashSet<int> _indexes = [];
    private int _seen;
    private int _passed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Position = 0, ParameterSetName = "DefaultParameter")]
    [Parameter(Position = 0, ParameterSetName = "SkipLastParameter")]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    public string[]? ExcludeProperty { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    [Parameter(ParameterSetName = "SkipLastParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter(ParameterSetName = "IndexParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Index { get; set; }

    [Parameter(ParameterSetName = "SkipIndexParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? SkipIndex { get; set; }

    private bool HasFirst => MyInvocation.BoundParameters.ContainsKey(nameof(First));

    private bool HasLast => MyInvocation.BoundParameters.ContainsKey(nameof(Last));

    protected override void Begin()
    {
        _terms = PropertyTerm.ParseAll(Property);
        _excluded = PropertyTerm.ParseAll(ExcludeProperty);
        if (_excluded.Length > 0 && _terms.Length == 0)
            _terms = [PropertyTerm.Parse("*")];
        _indexes = [.. Index ?? SkipIndex ?? []];
    }

    protected override void ProcessRecord()
    {
        if (InputObject == AutomationNull.Value)
            return;
        PSObject? item = InputObject;
        int position = _seen++;
        if (Index is not null)
        {
            if (_indexes.Contains(position))
                Pass(item);
            if (_indexes.Count > 0 && position >= _indexes.Max() && !Wait)
                StopUpstreamCommands();
            return;
        }

        if (SkipIndex is not null)
        {
            if (!_indexes.Contains(position))
                Pass(item);
            return;
        }

        if (SkipLast > 0)
        {
            _tail.Enqueue(item!);
            if (_tail.Count > SkipLast)
                Pass(_tail.Dequeue());
            return;
        }

        // With -Last, -Skip counts from the end.
        if (HasLast)
        {
            if (HasFirst && _passed < First)
            {
                Pass(item);
                return;
            }

            _tail.Enqueue(item!);
            if (_tail.Count > Last + Skip)
                _tail.Dequeue();
            return;
        }

        if (position < Skip)
            return;
        if (HasFirst && _passed >= First)
        {
            End();
            return;
        }

        Pass(item);
        if (HasFirst && _passed >= First)
            End();
    }

    protected override void EndProcessing()
    {
        if (HasLast)
        {
            for (int left = _tail.Count - (HasFirst ? 0 : Skip); left > 0; left--)
                Pass(_tail.Dequeue());
        }

        foreach (PSObject item in _unique)
            WriteObject(item);
    }

    private void End()
    {
        if (!Wait)
        {
            FlushUnique();
            StopUpstreamCommands();
        }
    }

    /// <summary>Ends the commands before this one, without an error; what comes after still gets its end.</summary>
    private void StopUpstreamCommands() =>
        throw (Exception)ZProc.Host.EngineInternals.Create("System.Management.Automation.StopUpstreamCommandsException", this);

    private void FlushUnique()
    {
        foreach (PSObject item in _unique)
            WriteObject(item);
        _unique.Clear();
    }

    private void Pass(PSObject? item)
    {
        _passed++;
        if (item is null)
        {
            if (_terms.Length == 0 && ExpandProperty is null)
                Emit(null);
            return;
        }

        PSObject result = _terms.Length == 0 ? item : Shape(item);
        if (ExpandProperty is null)
        {
            Emit(result);
            return;
        }

        PropertyTerm expand = PropertyTerm.Parse(ExpandProperty);
        PropertyTerm[] expanded = expand.IsWildcard
            ? [.. expand.Properties(item).Select(property => PropertyTerm.Parse(property.Name))]
            : [expand];
        foreach (PropertyTerm term in expanded)
        {
            if (!term.Exists(item))
            {
                WriteError("ExpandPropertyNotFound", ErrorCategory.InvalidArgument, new PSArgumentException($"The object has no property '{ExpandProperty}'."), item);
                continue;
            }

            IEnumerator? values = LanguagePrimitives.GetEnumerator(term.Value(item));
            if (values is null)
            {
                Expand(term.Value(item), result);
                continue;
            }

            while (values.MoveNext())
                Expand(values.Current, result);
        }
    }

    private void Expand(object? value, PSObject selected)
    {
        if (_terms.Length == 0 || value is null)
        {
            Emit(value is null ? null : PSObject.AsPSObject(value));
            return;
        }

        PSObject outer = PSObject.AsPSObject(value);
        foreach (PSPropertyInfo property in selected.Properties)
        {
            if (outer.Properties[property.Name] is null)
                outer.Properties.Add(new PSNoteProperty(property.Name, property.Value));
        }

        Emit(outer);
    }

    private PSObject Shape(PSObject item)
    {
        var shaped = new PSObject();
        shaped.TypeNames.Insert(0, "Selected." + (item.BaseObject is PSCustomObject ? typeof(PSCustomObject).FullName : item.BaseObject.GetType().FullName));
        foreach (PropertyTerm term in _terms)
        {
            if (term.IsWildcard)
            {
                foreach (PSPropertyInfo property in term.Properties(item))
                    Add(shaped, property.Name, ValueOf(property));
            }
            else
            {
                Add(shaped, term.Name, term.Value(item));
            }
        }

        return shaped;
    }

    private void Add(PSObject shaped, string name, object? value)
    {
        if (_excluded.Any(term => new WildcardPattern(term.Name, WildcardOptions.IgnoreCase).IsMatch(name)))
            return;
        if (shaped.Properties[name] is null)
            shaped.Properties.Add(new PSNoteProperty(name, value));
        else if (!_terms.Any(term => term.IsWildcard))
            WriteError("AlreadyExistingUserSpecifiedPropertyNoExpand", ErrorCategory.InvalidOperation, new PSArgumentException($"The property '{name}' is selected twice."), shaped);
    }

    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private void Emit(PSObject? item)
    {
        if (!Unique)
        {
            WriteObject(item);
            return;
        }

        var comparer = new ValueComparer(caseSensitive: !CaseInsensitive);
        if (item is not null && !_unique.Any(known => Same(known, item, comparer)))
            _unique.Add(item);
    }

    private static bool Same(PSObject left, PSObject right, ValueComparer comparer)
    {
        if (left.BaseObject is not PSCustomObject || right.BaseObject is not PSCustomObject)
            return comparer.Equals(left, right);
        PSPropertyInfo[] ours = [.. left.Properties];
        return ours.Length == right.Properties.Count()
            && ours.All(property => right.Properties[property.Name] is { } other && comparer.Equals(property.Value, other.Value));
    }
}
