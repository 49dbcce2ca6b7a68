using System.Globalization;
using System.Text;

namespace ZProc.Core.Values;

/// <summary>The path to a place inside a value, written as in PowerShell: <c>$.servers[3]['my key'].port</c>.</summary>
internal static class ValuePath
{
    public static string Format(ReadOnlySpan<ContainerPlace> places)
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

                // The ToString of any other type may run foreign code.
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
