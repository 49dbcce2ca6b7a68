namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Date.</summary>
[Cmdlet(VerbsCommon.Get, "Date")]
public sealed class GetDateCommand : StandIn
{
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("LastWriteTime")]
    public DateTime? Date { get; set; }

    [Parameter]
    [Alias("UnixTime")]
    public long? UnixTimeSeconds { get; set; }

    [Parameter]
    public int? Year { get; set; }

    [Parameter]
    [ValidateRange(1, 12)]
    public int? Month { get; set; }

    [Parameter]
    [ValidateRange(1, 31)]
    public int? Day { get; set; }

    [Parameter]
    [ValidateRange(0, 23)]
    public int? Hour { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int? Minute { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int? Second { get; set; }

    [Parameter]
    [ValidateRange(0, 999)]
    public int? Millisecond { get; set; }

    [Parameter]
    public DisplayHintType DisplayHint { get; set; } = DisplayHintType.DateTime;

    [Parameter]
    public string? UFormat { get => null; set => Refuse(); }

    [Parameter]
    public string? Format { get; set; }

    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    protected override void ProcessRecord()
    {
        DateTime date = UnixTimeSeconds is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds).LocalDateTime : Date ?? DateTime.Now;
        date = Shift(date, Year, date.Year, date.AddYears);
        date = Shift(date, Month, date.Month, date.AddMonths);
        date = Shift(date, Day, date.Day, days => date.AddDays(days));
        date = Shift(date, Hour, date.Hour, hours => date.AddHours(hours));
        date = Shift(date, Minute, date.Minute, minutes => date.AddMinutes(minutes));
        date = Shift(date, Second, date.Second, more => date.AddSeconds(more));
        if (Millisecond is not null)
            date = Shift(date, Millisecond, date.Millisecond, more => date.AddMilliseconds(more)).AddTicks(-(date.Ticks % TimeSpan.TicksPerMillisecond));
        if (AsUTC)
            date = date.ToUniversalTime();

        if (Format is not null)
        {
            string format = Format.ToUpperInvariant() switch
            {
                "FILEDATE" => "yyyyMMdd",
                "FILEDATEUNIVERSAL" => "yyyyMMddZ",
                "FILEDATETIME" => "yyyyMMddTHHmmssffff",
                "FILEDATETIMEUNIVERSAL" => "yyyyMMddTHHmmssffffZ",
                _ => Format,
            };
            if (Format.EndsWith("Universal", StringComparison.OrdinalIgnoreCase))
                date = date.ToUniversalTime();
            WriteObject(date.ToString(format, CultureInfo.CurrentCulture));
            return;
        }

        var result = new PSObject(date);
        result.Properties.Add(new PSNoteProperty("DisplayHint", DisplayHint));
        WriteObject(result);
    }

    private static DateTime Shift(DateTime date, int? wanted, int current, Func<int, DateTime> add) =>
        wanted is { } value ? add(value - current) : date;
}
