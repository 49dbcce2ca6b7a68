using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Variables of the caller's scopes: the engine's public API knows only the nearest one.</summary>
internal static class VariableScope
{
    private static object Internal(PSCmdlet command) => EngineInternals.Get(command.SessionState, "Internal")!;

    /// <summary>A scope's variables, by name.</summary>
    public static IReadOnlyDictionary<string, PSVariable> Table(PSCmdlet command, string? scope)
    {
        object session = Internal(command);
        var table = (IEnumerable<KeyValuePair<string, PSVariable>>)(scope is null
            ? EngineInternals.Call(session, "GetVariableTable")!
            : EngineInternals.Call(session, "GetVariableTableAtScope", scope)!);
        var variables = new SortedDictionary<string, PSVariable>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, PSVariable variable) in table)
            variables[name] = variable;
        return variables;
    }

    public static PSVariable? Find(PSCmdlet command, string name, string? scope) =>
        scope is null
            ? command.SessionState.PSVariable.Get(name)
            : (PSVariable?)EngineInternals.Call(Internal(command), "GetVariableAtScope", name, scope);

    public static void Set(PSCmdlet command, PSVariable variable, string? scope, bool force)
    {
        object origin = EngineInternals.Value("System.Management.Automation.CommandOrigin", "Internal");
        if (scope is null)
            EngineInternals.Call(Internal(command), "SetVariable", variable, force, origin);
        else
            EngineInternals.Call(Internal(command), "SetVariableAtScope", variable, scope, force, origin);
    }

    public static void New(PSCmdlet command, PSVariable variable, string? scope, bool force)
    {
        if (scope is null)
            EngineInternals.Call(Internal(command), "NewVariable", variable, force);
        else
            EngineInternals.Call(Internal(command), "NewVariableAtScope", variable, scope, force);
    }

    public static void Remove(PSCmdlet command, PSVariable variable, string? scope, bool force)
    {
        if (scope is null)
            EngineInternals.Call(Internal(command), "RemoveVariable", variable, force);
        else
            EngineInternals.Call(Internal(command), "RemoveVariableAtScope", variable, scope, force);
    }
}
