using System.Management.Automation;
using System.Reflection;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Errors;

namespace ZProc.Processes;

/// <summary>Checks the names of failures that a retry policy has, which nothing else would ever tell from misspelt ones.</summary>
internal static class FailureNames
{
    private const string SignalPrefix = "SIG";

    /// <summary>What to tell the user about a name; null for the name of a failure that can happen, as far as this session knows.</summary>
    public static string? WarningOf(string name)
    {
        if (RetryPolicy.OwnNames.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith(SignalPrefix, StringComparison.OrdinalIgnoreCase)
            || (LanguagePrimitives.TryConvertTo<Type>(name, out var type) && typeof(Exception).IsAssignableFrom(type)))
        {
            return null;
        }

        var known = KnownExceptions();
        if (known.Exists(full => full.EndsWith('.' + name, StringComparison.OrdinalIgnoreCase) || full.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var isFull = name.Contains('.', StringComparison.Ordinal);
        var meant = Suggestion.For(name, isFull ? known : known.ConvertAll(static full => full[(full.LastIndexOf('.') + 1)..]));
        return $"-RetryFor: this session knows no exception '{name}'. {(meant is null ? "Check the name." : $"Did you mean '{meant}'?")} "
            + "A failure is retried only if the process has a type of that name.";
    }

    /// <summary>The full names of all types of exceptions that this session has loaded.</summary>
    public static List<string> KnownExceptions() =>
    [
        .. AppDomain.CurrentDomain.GetAssemblies().SelectMany(TypesOf).Where(static type => typeof(Exception).IsAssignableFrom(type)).Select(static type => type.FullName!),
    ];

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException expected)
        {
            // Expected: a dependency of the assembly is not there. The other types are known.
            ZProcEventSource.Log.FaultCaught(nameof(FailureNames), expected);
            return expected.Types.OfType<Type>();
        }
    }
}
