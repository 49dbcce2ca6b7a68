using System.Management.Automation;

namespace ZProc.Processes;

/// <summary>
/// The preferences that a process gets from the caller of a command: preference variables, and common parameters such as
/// <c>-Verbose</c>. <c>-ErrorAction</c> applies to the command itself.
/// </summary>
internal static class Preferences
{
    private static readonly string[] Variables =
    [
        "ErrorActionPreference", "WarningPreference", "VerbosePreference", "DebugPreference", "InformationPreference", "ProgressPreference",
        "PSNativeCommandUseErrorActionPreference",
    ];

    /// <summary>Collects the preferences, by the names of their variables.</summary>
    public static IReadOnlyDictionary<string, object?> Of(PSCmdlet command)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in Variables)
        {
            if (command.SessionState.PSVariable.GetValue(name) is { } value)
            {
                values[name] = WithoutPrompt(value);
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
                : WithoutPrompt(value);
        }
    }

    // Non-interactive: a process cannot prompt, and has no debugger.
    private static object WithoutPrompt(object value) => value is not bool && LanguagePrimitives.TryConvertTo<ActionPreference>(value, out var action)
        ? action is ActionPreference.Stop or ActionPreference.SilentlyContinue or ActionPreference.Ignore ? action : ActionPreference.Continue
        : value;
}
