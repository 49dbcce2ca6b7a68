using System.Reflection;

namespace ZProc.Core;

/// <summary>
/// Finds members of .NET and of PowerShell that are not public. Their owners may rename them, so each user of such a member does without
/// it where it is missing. A switch says that one is missing, which shows what a session does then:
/// <c>[AppContext]::SetSwitch('ZProc.Lacks.NAME', $true)</c>, before the module is imported.
/// </summary>
public static class HiddenMembers
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>A field; null where the type has none of this name.</summary>
    public static FieldInfo? Field(Type type, string name) => IsLacking(name) ? null : type.GetField(name, Any);

    /// <summary>A property; null where the type has none of this name.</summary>
    public static PropertyInfo? Property(Type type, string name) => IsLacking(name) ? null : type.GetProperty(name, Any);

    /// <summary>A method; null where the type has none of this name with these parameters.</summary>
    public static MethodInfo? Method(Type type, string name, Type[] parameters) => IsLacking(name) ? null : type.GetMethod(name, Any, parameters);

    /// <summary>A method, whatever its parameters; null where the type has none of this name.</summary>
    public static MethodInfo? Method(Type type, string name) => IsLacking(name) ? null : type.GetMethod(name, Any);

    private static bool IsLacking(string name) => AppContext.TryGetSwitch($"ZProc.Lacks.{name}", out var lacks) && lacks;
}
