using System.Text.Json;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertTo-Json.</summary>
[Cmdlet(VerbsData.ConvertTo, "Json")]
public sealed class ConvertToJsonCommand : StandIn
{
    private readonly List<object?> _items = [];
    private bool _cut;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    [Parameter]
    public SwitchParameter Compress { get; set; }

    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    [Parameter]
    public SwitchParameter AsArray { get; set; }

    [Parameter]
    public string? EscapeHandling { get => null; set => Refuse(); }

    protected override void ProcessRecord() => _items.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_items.Count == 0)
            return;
        var writer = new JsonText(indented: !Compress);
        Write(writer, _items.Count > 1 || AsArray ? _items : _items[0], 0);
        if (_cut)
            WriteWarning($"Below depth {Depth} the JSON holds only text; -Depth takes it further.");
        WriteObject(writer.ToString());
    }

    private void Write(JsonText writer, object? value, int depth)
    {
        object? bare = Bare(value);
        switch (bare)
        {
            case null or DBNull:
                writer.Raw("null");
                return;
            case string or char or Guid or Uri or Version:
                writer.String(bare.ToString()!);
                return;
            case bool truth:
                writer.Raw(truth ? "true" : "false");
                return;
            case Enum constant when EnumsAsStrings:
                writer.String(constant.ToString());
                return;
            case Enum constant:
                writer.Raw(constant.ToString("d"));
                return;
            case DateTime date:
                writer.String(JsonSerializer.SerializeToElement(date).GetString()!);
                return;
            case DateTimeOffset date:
                writer.String(JsonSerializer.SerializeToElement(date).GetString()!);
                return;
            case double or float:
                writer.Raw(Number((IFormattable)bare));
                return;
            case System.Numerics.BigInteger or byte or sbyte or short or ushort or int or uint or long or ulong or decimal:
                writer.Raw(((IFormattable)bare).ToString(null, CultureInfo.InvariantCulture));
                return;
        }

        if (depth > Depth)
        {
            _cut = true;
            writer.String(LanguagePrimitives.ConvertTo<string>(value));
            return;
        }

        switch (bare)
        {
            case IDictionary table:
                writer.Begin('{');
                foreach (DictionaryEntry entry in table)
                {
                    writer.Name(entry.Key.ToString()!);
                    Write(writer, entry.Value, depth + 1);
                }

                writer.End('}');
                break;
            case IEnumerable items:
                writer.Begin('[');
                foreach (object? item in items)
                {
                    writer.Item();
                    Write(writer, item, depth + 1);
                }

                writer.End(']');
                break;
            default:
                writer.Begin('{');
                foreach (PSPropertyInfo property in PSObject.AsPSObject(value!).Properties.Where(property => property.IsGettable))
                {
                    writer.Name(property.Name);
                    Write(writer, ValueOf(property), depth + 1);
                }

                writer.End('}');
                break;
        }
    }

    private static string Number(IFormattable number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text switch
        {
            "NaN" or "Infinity" or "-Infinity" => $"\"{text}\"",
            _ => text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text,
        };
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
}
