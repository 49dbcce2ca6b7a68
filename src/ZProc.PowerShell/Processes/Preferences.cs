using System.Management.Automation;

namespace ZProc.Processes;

/// <summary>
/// The preferences of a command's caller, for the processes that it starts: its variables, and what it said of
/// what is shown. <c>-ErrorAction</c> is about the command itself.
/// </summary>
internal static class Preferences
{
    private static readonly string[] Variables =
    [
        "ErrorActionPreference", "WarningPreference", "VerbosePreference", "DebugPreference", "InformationPreference", "ProgressPreference",
        "PSNativeCommandUseErrorActionPreference",
    ];

    /// <summary>Collects them.</summary>
    public static IReadOnlyDictionary<string, object?> Of(PSCmdlet command)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in Variables)
        {
            if (command.SessionState.PSVariable.GetValue(name) is { } value)
            {
                values[name] = Answerable(value);
            }
        }

        var given = command.MyInvocation.BoundParameters;
        Take(given, "WarningAction", "WarningPreference", values);
        Take(given, "InformationAction", "InformationPreference", values);
        Take(given, "ProgressAction", "ProgressPreference", values);
        Take(given, "Verbose", "VerbosePreference", values);
        Take(given, "Debug", "DebugPreference", values);
        return values;
    }

    private static void Take(Dictionary<string, object> given, string parameter, string variable, Dictionary<string, object?> values)
    {
        if (given.TryGetValue(parameter, out var value))
        {
            values[variable] = value is SwitchParameter isOn
                ? isOn ? ActionPreference.Continue : ActionPreference.SilentlyContinue
                : Answerable(value);
        }
    }

    // A process has nobody to ask, and no debugger to break into.
    private static object Answerable(object value) => value is not bool && LanguagePrimitives.TryConvertTo<ActionPreference>(value, out var action)
        ? action is ActionPreference.Stop or ActionPreference.SilentlyContinue or ActionPreference.Ignore ? action : ActionPreference.Continue
        : value;
}
