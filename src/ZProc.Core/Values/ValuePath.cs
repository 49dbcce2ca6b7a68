using System.Globalization;
using System.Text;

namespace ZProc.Core.Values;

/// <summary>The way to a place inside a value, as one would write it in PowerShell: <c>$.servers[3]['my key'].port</c>.</summary>
internal static class ValuePath
{
    public static string Format(ReadOnlySpan<ValueEncoder.Place> places)
    {
        var path = new StringBuilder("$");
        foreach (var place in places)
        {
            _ = place.Key switch
            {
                null => path.Append(CultureInfo.InvariantCulture, $"[{place.Index}]"),
                string name when IsIdentifier(name) => path.Append('.').Append(name),
                string name => path.Append("['").Append(name.Replace("'", "''", StringComparison.Ordinal)).Append("']"),
                IFormattable key when key.GetType().Assembly == typeof(object).Assembly =>
                    path.Append('[').Append(key.ToString(null, CultureInfo.InvariantCulture)).Append(']'),

                // Whatever else it is, its ToString is not ours to run.
                var key => path.Append('[').Append(key.GetType()).Append(']'),
            };
        }

        return path.ToString();
    }

    private static bool IsIdentifier(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return name.Length > 0 && !char.IsDigit(name[0]);
    }
}
