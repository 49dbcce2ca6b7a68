using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using ZProc.Core;

namespace ZProc.Processes;

/// <summary>The environment variables that a user gives a process.</summary>
internal static class EnvironmentVariables
{
    /// <summary>Reads the variables from what was given as <c>-Environment</c>.</summary>
    /// <param name="given">Names and values; null for none.</param>
    /// <returns>The values as text, by name; null for a variable that the process does not get.</returns>
    /// <exception cref="FaultException">InvalidArgument: the system has no variables of such a name, or with such a value.</exception>
    public static IReadOnlyDictionary<string, string?> Of(IDictionary? given)
    {
        var variables = new Dictionary<string, string?>();
        if (given is not null)
        {
            foreach (DictionaryEntry entry in given)
            {
                var name = entry.Key.ToString() ?? string.Empty;
                CheckName(name);
                variables[name] = ValueOf(name, entry.Value);
            }
        }

        return variables;
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0)
        {
            throw new FaultException(Fault.InvalidArgument, "-Environment: a variable has an empty name. Give each variable a name.", name);
        }

        if (name.AsSpan().IndexOfAny('=', '\0') >= 0)
        {
            throw new FaultException(
                Fault.InvalidArgument, $"-Environment: the name '{name.Replace('\0', '\uFFFD')}' has a character that no environment variable can have in its name: '=' or a null character. Give another name.", name);
        }
    }

    // The engine converts null to an empty text, and an empty value is a value.
    private static string? ValueOf(string name, object? value)
    {
        if (value is null || value == AutomationNull.Value)
        {
            return null;
        }

        var text = LanguagePrimitives.ConvertTo<string>(value);
        return !text.Contains('\0') ? text : throw new FaultException(
            Fault.InvalidArgument, $"-Environment: the value of '{name}' has a null character, which no environment variable can hold. Give a value without it.", name);
    }
}
