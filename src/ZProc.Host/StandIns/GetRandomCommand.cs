using System.Security.Cryptography;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Random; a seed holds for its runspace.</summary>
[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = "RandomNumberParameterSet")]
public sealed class GetRandomCommand : StandIn
{
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Runspace, Random> Seeded = [];

    private readonly List<object?> _items = [];

    [Parameter]
    public int? SetSeed { get; set; }

    [Parameter(Position = 0, ParameterSetName = "RandomNumberParameterSet")]
    public object? Maximum { get; set; }

    [Parameter(ParameterSetName = "RandomNumberParameterSet")]
    public object? Minimum { get; set; }

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "RandomListItemParameterSet")]
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "ShuffleParameterSet")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[] InputObject { get; set; } = [];

    [Parameter(ParameterSetName = "RandomNumberParameterSet")]
    [Parameter(ParameterSetName = "RandomListItemParameterSet")]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter(Mandatory = true, ParameterSetName = "ShuffleParameterSet")]
    public SwitchParameter Shuffle { get; set; }

    // Without a seed, never a sequence that a second process could share.
    private static Random Generator => Seeded.TryGetValue(Runspace.DefaultRunspace, out Random? seeded) ? seeded : new Random(RandomNumberGenerator.GetInt32(int.MaxValue));

    protected override void Begin()
    {
        if (SetSeed is { } seed)
            Seeded.AddOrUpdate(Runspace.DefaultRunspace, new Random(seed));
    }

    protected override void ProcessRecord() => _items.AddRange(InputObject ?? [null]);

    protected override void EndProcessing()
    {
        Random generator = Generator;
        if (ParameterSetName != "RandomNumberParameterSet")
        {
            object?[] items = [.. _items];
            generator.Shuffle(items);
            foreach (object? item in items.Take(Shuffle ? items.Length : Count))
                WriteObject(item);
            return;
        }

        for (int index = 0; index < Count; index++)
            WriteNumber(generator);
    }

    private void WriteNumber(Random generator)
    {
        object low = Numeric(Minimum) ?? 0;
        object high = Numeric(Maximum) ?? int.MaxValue;
        if (low is double || high is double)
        {
            double from = Convert.ToDouble(low, CultureInfo.InvariantCulture);
            double to = Maximum is null ? double.MaxValue : Convert.ToDouble(high, CultureInfo.InvariantCulture);
            Check(from < to, from, to);
            WriteObject(from + (generator.NextDouble() * (to - from)));
            return;
        }

        long least = Convert.ToInt64(low, CultureInfo.InvariantCulture);
        long most = Convert.ToInt64(high, CultureInfo.InvariantCulture);
        Check(least < most, least, most);
        long number = generator.NextInt64(least, most);
        WriteObject(low is long || high is long ? number : (object)(int)number);
    }

    private static object? Numeric(object? value) => Bare(value) switch
    {
        null => null,
        string text => Numeric(ScriptBlock.Create(text).InvokeReturnAsIs()),
        float or double or decimal => Convert.ToDouble(Bare(value), CultureInfo.InvariantCulture),
        long or ulong or uint => Convert.ToInt64(Bare(value), CultureInfo.InvariantCulture),
        _ => LanguagePrimitives.ConvertTo<int>(value),
    };

    private void Check(bool ordered, object from, object to)
    {
        if (!ordered)
            ThrowTerminatingError(new ErrorRecord(new ArgumentException($"-Minimum ({from}) must be less than -Maximum ({to})."), "MinGreaterThanOrEqualMax", ErrorCategory.InvalidArgument, null));
    }
}
