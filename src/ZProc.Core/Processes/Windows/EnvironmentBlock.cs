using System.Text;

namespace ZProc.Core.Processes.Windows;

/// <summary>An environment as Windows passes it to a program.</summary>
internal static class EnvironmentBlock
{
    /// <summary>Writes one: NAME=value, each ended by a zero character, sorted by name, and another zero at the end.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string?>> variables)
    {
        var block = new StringBuilder();
        foreach (var (name, value) in variables.Where(variable => variable.Value is not null).OrderBy(variable => variable.Key, StringComparer.OrdinalIgnoreCase))
        {
            block.Append(name).Append('=').Append(value).Append('\0');
        }

        return block.Append('\0').ToString();
    }
}
