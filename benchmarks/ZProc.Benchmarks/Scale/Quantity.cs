using System.Globalization;

namespace ZProc.Benchmarks.Scale;

/// <summary>Writes figures with three digits and a suitable decimal prefix.</summary>
internal static class Quantity
{
    private static readonly (double Scale, string Name)[] Times = [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];
    private static readonly (double Scale, string Name)[] Sizes = [(1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1, "B")];

    /// <summary>A figure with its unit.</summary>
    public static string Format(double value, Unit unit) => unit switch
    {
        Unit.Time => Scaled(value, Times),
        Unit.Bytes => Scaled(value, Sizes),
        Unit.Rate => $"{Digits(value)}/s",
        _ => Digits(value),
    };

    private static string Scaled(double value, (double Scale, string Name)[] prefixes)
    {
        // A figure that is rounded up to 1,000 gets the next prefix.
        var (scale, name) = prefixes.FirstOrDefault(prefix => Math.Abs(value) >= prefix.Scale * 0.9995, prefixes[^1]);
        return $"{Digits(value / scale)} {name}";
    }

    private static string Digits(double value)
    {
        if (value == Math.Round(value))
        {
            return value.ToString("N0", CultureInfo.InvariantCulture);
        }

        var digits = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);
        return (Math.Round(value / digits) * digits).ToString(
            Math.Abs(value) switch { < 1 => "0.##", < 9.995 => "0.0#", < 99.95 => "0.#", _ => "N0" }, CultureInfo.InvariantCulture);
    }
}
