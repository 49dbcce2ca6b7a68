using System.Text;

namespace ZProc.Core.Processes.Windows;

/// <summary>The one text that Windows passes to a program in the place of a list of arguments.</summary>
internal static class CommandLine
{
    /// <summary>Writes a command line from which a program of C or .NET reads the same arguments.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">The arguments.</param>
    public static string Write(string program, IEnumerable<string> arguments)
    {
        var line = new StringBuilder().Append('"').Append(program).Append('"'); // a path has no quotation mark, and backslashes mean themselves
        foreach (var argument in arguments)
        {
            line.Append(' ');
            Append(line, argument);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(" \t\n\v\"") < 0)
        {
            line.Append(argument);
            return;
        }

        line.Append('"');
        var backslashes = 0;
        foreach (var character in argument)
        {
            if (character == '"')
            {
                line.Append('\\', backslashes + 1); // backslashes count only before a quotation mark: each of them is doubled
            }

            backslashes = character == '\\' ? backslashes + 1 : 0;
            line.Append(character);
        }

        line.Append('\\', backslashes).Append('"');
    }
}
