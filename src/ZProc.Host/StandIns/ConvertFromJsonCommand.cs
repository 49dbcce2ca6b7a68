using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertFrom-Json.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed partial class ConvertFromJsonCommand : StandIn
{
    private readonly List<string> _lines = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 1024;

    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    [Parameter]
    public string? DateKind { get => null; set => Refuse(); }

    protected override void ProcessRecord() => _lines.Add(InputObject);

    protected override void EndProcessing()
    {
        // Either every piece is a document, or all of them together are one.
        if (_lines.Count > 1 && IsDocument(_lines[0]))
        {
            foreach (string line in _lines)
                Convert(line);
        }
        else if (_lines.Count > 0)
        {
            Convert(string.Join(System.Environment.NewLine, _lines));
        }
    }

    private static bool IsDocument(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Convert(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = Depth });
            WriteObject(Value(document.RootElement), enumerateCollection: !NoEnumerate);
        }
        catch (JsonException failure)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException($"The text is not valid JSON: {failure.Message}", failure), "System.ArgumentException", ErrorCategory.NotSpecified, null));
        }
    }

    private object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => AsHashtable ? Table(element) : Object(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        JsonValueKind.String => Text(element.GetString()!),
        JsonValueKind.Number => Number(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private OrderedHashtable Table(JsonElement element)
    {
        var table = new OrderedHashtable();
        foreach (JsonProperty property in element.EnumerateObject())
            table[property.Name] = Value(property.Value);
        return table;
    }

    private PSObject Object(JsonElement element)
    {
        var made = new PSObject();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name.Length == 0)
                Fail("EmptyKeyInJsonString", ErrorCategory.InvalidOperation, "The JSON has a property whose name is an empty text; use -AsHashtable.");
            made.Properties.Remove(property.Name);
            made.Properties.Add(new PSNoteProperty(property.Name, Value(property.Value)));
        }

        return made;
    }

    private static object Number(JsonElement element)
    {
        string text = element.GetRawText();
        if (element.TryGetInt64(out long whole))
            return whole;
        return text.AsSpan().IndexOfAny(".eE") < 0 ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : element.GetDouble();
    }

    private static object Text(string text) =>
        IsoDate().IsMatch(text) && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime date) ? date : text;

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})?$")]
    private static partial Regex IsoDate();
}
