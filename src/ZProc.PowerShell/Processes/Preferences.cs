using System.Management.Automation;

namespace ZProc.Processes;

/// <summary>
/// The preferences that a script gets from the caller of a command: preference variables, and common parameters such as
/// <c>-Verbose</c>. <c>-ErrorAction</c>, <c>-WhatIf</c> and <c>-Confirm</c> apply to the command itself. A value that the engine
/// ignores is left out, so the script has the engine's default, too.
/// </summary>
internal static class Preferences
{
    private const string WhatIf = "WhatIfPreference";
    private const string Confirm = "ConfirmPreference";

    private static readonly string[] Actions =
        ["ErrorActionPreference", "WarningPreference", "VerbosePreference", "DebugPreference", "InformationPreference", "ProgressPreference"];

    // The common parameters that collect what a command writes to a stream, and the preferences that would keep the items from writing it.
    private static readonly (string Parameter, string Preference)[] Collectors =
        [("ErrorVariable", "ErrorActionPreference"), ("WarningVariable", "WarningPreference"), ("InformationVariable", "InformationPreference")];

    private static readonly string[] Switches = [WhatIf, "PSNativeCommandUseErrorActionPreference"];

    /// <summary>Collects the preferences, by the names of their variables.</summary>
    public static IReadOnlyDictionary<string, object?> Of(PSCmdlet command)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var variables = command.SessionState.PSVariable;
        foreach (var name in Actions)
        {
            if (variables.GetValue(name) is { } value && value is not bool && LanguagePrimitives.TryConvertTo<ActionPreference>(value, out var action))
            {
                values[name] = WithoutPrompt(action);
            }
        }

        foreach (var name in Switches)
        {
            if (variables.GetValue(name) is { } value && LanguagePrimitives.TryConvertTo<bool>(value, out var isOn))
            {
                values[name] = isOn;
            }
        }

        if (variables.GetValue(Confirm) is { } given && LanguagePrimitives.TryConvertTo<ConfirmImpact>(given, out var impact))
        {
            values[Confirm] = impact;
        }

        var parameters = command.MyInvocation.BoundParameters;
        Take(parameters, "WarningAction", "WarningPreference", values);
        Take(parameters, "InformationAction", "InformationPreference", values);
        Take(parameters, "ProgressAction", "ProgressPreference", values);
        Take(parameters, "Verbose", "VerbosePreference", values);
        Take(parameters, "Debug", "DebugPreference", values);
        return values;
    }

    /// <summary>
    /// Collects the preferences for the items of a command that writes what they write. Items write what a variable of the command
    /// collects, and the command itself hides it.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> OfItems(PSCmdlet command)
    {
        var values = new Dictionary<string, object?>(Of(command), StringComparer.OrdinalIgnoreCase);
        foreach (var (parameter, preference) in Collectors)
        {
            if (command.MyInvocation.BoundParameters.ContainsKey(parameter) && values.TryGetValue(preference, out var action) && IsCollected(preference, action))
            {
                values[preference] = ActionPreference.Continue;
            }
        }

        return values;
    }

    /// <summary>
    /// Whether a preference decides if commands act at all. Such a preference is set after modules are imported: a module that only
    /// says what it would do is incomplete.
    /// </summary>
    public static bool DecidesActs(string name) =>
        name.Equals(WhatIf, StringComparison.OrdinalIgnoreCase) || name.Equals(Confirm, StringComparison.OrdinalIgnoreCase);

    // As the engine does it: a variable gets what is hidden, but no error that is ignored.
    private static bool IsCollected(string preference, object? hidden) =>
        hidden is ActionPreference.SilentlyContinue || (hidden is ActionPreference.Ignore && preference != "ErrorActionPreference");

    private static void Take(Dictionary<string, object> given, string parameter, string variable, Dictionary<string, object?> values)
    {
        if (given.TryGetValue(parameter, out var value))
        {
            values[variable] = value is SwitchParameter isOn
                ? isOn ? ActionPreference.Continue : ActionPreference.SilentlyContinue
                : WithoutPrompt(LanguagePrimitives.ConvertTo<ActionPreference>(value));
        }
    }

    // Non-interactive: a process cannot prompt, and has no debugger.
    private static ActionPreference WithoutPrompt(ActionPreference action) =>
        action is ActionPreference.Stop or ActionPreference.SilentlyContinue or ActionPreference.Ignore ? action : ActionPreference.Continue;
}
