using System.Globalization;

namespace ZProc.Benchmarks.Suite;

/// <summary>The upper limit of a figure: an absolute value, or a multiple of a yardstick of the same run.</summary>
internal sealed record Budget
{
    private Budget(double limit, string? yardstick)
    {
        Limit = limit;
        Yardstick = yardstick;
    }

    /// <summary>The largest value that is within the budget: in the unit of the figure, or times <see cref="Yardstick"/>.</summary>
    public double Limit { get; }

    /// <summary>The series whose multiple the limit is; null for an absolute value.</summary>
    public string? Yardstick { get; }

    /// <summary>An absolute value, in the figure's own unit.</summary>
    public static Budget AtMost(double limit) => new(limit, null);

    /// <summary>A multiple of a yardstick.</summary>
    public static Budget AtMostTimes(double limit, string yardstick) => new(limit, yardstick);

    /// <summary>The budget as text.</summary>
    public string Describe(string unit) => "≤ " + Limit.ToString("0.##", CultureInfo.InvariantCulture) + " " + (Yardstick is null ? unit : "×");
}
