namespace Microsoft.PowerShell.Commands;

/// <summary>The counts of Measure-Object over text.</summary>
public sealed class TextMeasureInfo
{
    public int? Lines { get; internal set; }

    public int? Words { get; internal set; }

    public int? Characters { get; internal set; }

    public string? Property { get; internal set; }
}
