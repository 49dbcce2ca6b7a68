using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Aliases of the session; the engine's public API can only use them.</summary>
internal static class AliasScope
{
    private static object Internal(PSCmdlet command) => EngineInternals.Get(command.SessionState, "Internal")!;

    public static IEnumerable<AliasInfo> All(PSCmdlet command, string? scope)
    {
        object table = scope is null
            ? EngineInternals.Call(Internal(command), "GetAliasTable")!
            : EngineInternals.Call(Internal(command), "GetAliasTableAtScope", scope)!;
        return ((IEnumerable<KeyValuePair<string, AliasInfo>>)table).Select(entry => entry.Value).OrderBy(alias => alias.Name, StringComparer.OrdinalIgnoreCase);
    }

    public static AliasInfo? Set(PSCmdlet command, string name, string value, string description, ScopedItemOptions options, string? scope, bool force)
    {
        object context = EngineInternals.Get(Runspace.DefaultRunspace, "ExecutionContext")!;
        var alias = (AliasInfo)EngineInternals.Create("System.Management.Automation.AliasInfo", name, value, context, options);
        alias.Description = description;
        object origin = EngineInternals.Value("System.Management.Automation.CommandOrigin", "Internal");
        object? set = scope is null
            ? EngineInternals.Call(Internal(command), "SetAliasItem", alias, force, origin)
            : EngineInternals.Call(Internal(command), "SetAliasItemAtScope", alias, scope, force, origin);
        return (AliasInfo?)set;
    }

    public static void Remove(PSCmdlet command, string name, bool force) =>
        EngineInternals.Call(Internal(command), "RemoveAlias", name, force);
}
