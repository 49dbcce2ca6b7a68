namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Measure-Object.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Object", DefaultParameterSetName = "GenericMeasure")]
public sealed class MeasureObjectCommand : StandIn
{
    private readonly Dictionary<string, List<object?>> _values = new(StringComparer.OrdinalIgnoreCase);
    private PropertyTerm[] _terms = [];
    private int _count;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Sum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Average { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Maximum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Minimum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter StandardDeviation { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter AllStats { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Line { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Word { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Character { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter IgnoreWhiteSpace { get; set; }

    protected override void Begin() => _terms = PropertyTerm.ParseAll(Property);

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
            return;
        _count++;
        if (_terms.Length == 0)
            Collect(string.Empty, InputObject);
        foreach (PropertyTerm term in _terms)
        {
            if (term.IsWildcard)
            {
                foreach (PSPropertyInfo property in term.Properties(InputObject))
                    Collect(property.Name, property.Value);
            }
            else if (term.Exists(InputObject))
            {
                Collect(term.Name, term.Value(InputObject));
            }
        }
    }

    protected override void EndProcessing()
    {
        if (_terms.Length == 0 && _values.Count == 0)
            _values[string.Empty] = [];
        foreach ((string name, List<object?> values) in _values)
        {
            string? property = name.Length == 0 ? null : name;
            WriteObject(ParameterSetName == "TextMeasure" ? Text(property, values) : Numbers(property, values));
        }
    }

    private void Collect(string name, object? value)
    {
        if (!_values.TryGetValue(name, out List<object?>? list))
            _values[name] = list = [];
        if (value is not null)
            list.Add(value);
    }

    private TextMeasureInfo Text(string? property, List<object?> values)
    {
        string[] texts = [.. values.Select(value => PSObject.AsPSObject(value!).ToString())];
        return new TextMeasureInfo
        {
            Property = property,
            Lines = Line ? texts.Sum(text => text.Length == 0 ? 0 : text.Count(letter => letter == '\n') + (text.EndsWith('\n') ? 0 : 1)) : null,
            Words = Word ? texts.Sum(text => text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries).Length) : null,
            Characters = Character ? texts.Sum(text => IgnoreWhiteSpace ? text.Count(letter => !char.IsWhiteSpace(letter)) : text.Length) : null,
        };
    }

    private GenericMeasureInfo Numbers(string? property, List<object?> values)
    {
        var info = new GenericMeasureInfo { Property = property, Count = values.Count };
        if (Sum || Average || StandardDeviation || AllStats)
        {
            var numbers = new List<double>();
            foreach (object? value in values)
            {
                if (LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out double number))
                    numbers.Add(number);
                else
                    WriteError("NonNumericInputObject", ErrorCategory.InvalidType, new PSArgumentException($"'{value}' is not a number."), value);
            }

            info.Count = numbers.Count;
            if (Sum || AllStats)
                info.Sum = numbers.Sum();
            if ((Average || AllStats) && numbers.Count > 0)
                info.Average = numbers.Average();
            if ((StandardDeviation || AllStats) && numbers.Count > 1)
            {
                double mean = numbers.Average();
                info.StandardDeviation = Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / (numbers.Count - 1));
            }
        }

        var comparer = new ValueComparer(caseSensitive: false);
        if (Maximum || AllStats)
            info.Maximum = Extreme(values, comparer, 1);
        if (Minimum || AllStats)
            info.Minimum = Extreme(values, comparer, -1);
        return info;
    }

    private static object? Extreme(List<object?> values, ValueComparer comparer, int direction)
    {
        object? best = null;
        foreach (object? value in values)
        {
            // The original gives numbers as double.
            object? candidate = value is PSObject wrapped ? wrapped.BaseObject : value;
            if (candidate is IConvertible and not string and not char and not bool and not DateTime)
                candidate = Convert.ToDouble(candidate, CultureInfo.InvariantCulture);
            if (best is null || comparer.Compare(candidate, best) * direction > 0)
                best = candidate;
        }

        return best;
    }
}
