using System.Reflection;

namespace ZProc.Host;

/// <summary>
/// The few members of the engine that its own console host and command packages use and that are not public.
/// The engine's package version is pinned, so their names are known.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Engine = typeof(PSObject).Assembly;

    /// <summary>Lets `exit` in the next script file reach the host; otherwise it only ends the file.</summary>
    public static void LetExitThrough(Runspace runspace) =>
        Set(Context(runspace), "ScriptCommandProcessorShouldRethrowExit", true);

    /// <summary>Every runspace of this process that is not yet disposed.</summary>
    public static IEnumerable<Runspace> Runspaces() =>
        ((IEnumerable)Get(typeof(Runspace), null, "RunspaceList")!).Cast<Runspace>();

    /// <summary>The type data of a runspace.</summary>
    public static TypeTable Types(Runspace runspace) =>
        (TypeTable)Get(null, Context(runspace), "TypeTable")!;

    /// <summary>Makes an error appear as the caller's own, with the caller's position.</summary>
    public static void SetInvocation(ErrorRecord error, InvocationInfo caller)
    {
        Call(error, "SetInvocationInfo", caller);
        Set(error, "PreserveInvocationInfoOnce", true);
    }

    /// <summary>An instance of an internal type of the engine.</summary>
    public static object Create(string typeName, params object?[] arguments) =>
        Activator.CreateInstance(TypeOf(typeName), Any & ~BindingFlags.Static & ~BindingFlags.DeclaredOnly, null, arguments, CultureInfo.InvariantCulture)!;

    /// <summary>An enum value of an internal type of the engine.</summary>
    public static object Value(string typeName, string name) => Enum.Parse(TypeOf(typeName), name);

    /// <summary>Sets a field or property, wherever in the type's ancestry it is declared.</summary>
    public static void Set(object target, string name, object? value)
    {
        switch (Find(target.GetType(), name))
        {
            case FieldInfo field:
                field.SetValue(target, value);
                break;
            case PropertyInfo property:
                property.SetValue(target, value);
                break;
        }
    }

    /// <summary>Calls a method with these arguments.</summary>
    public static object? Call(object target, string name, params object?[] arguments) =>
        FindMethod(target.GetType(), name, arguments).Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture);

    private static object Context(Runspace runspace) => Get(null, runspace, "ExecutionContext")!;

    /// <summary>Reads a field or property, wherever in the type's ancestry it is declared.</summary>
    public static object? Get(object target, string name) => Get(null, target, name);

    private static object? Get(Type? type, object? target, string name) => Find(type ?? target!.GetType(), name) switch
    {
        FieldInfo field => field.GetValue(target),
        PropertyInfo property => property.GetValue(target),
        MemberInfo member => throw new MissingMemberException(member.DeclaringType?.FullName, name),
    };

    private static Type TypeOf(string name) => Engine.GetType(name, throwOnError: true)!;

    private static MemberInfo Find(Type type, string name)
    {
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            if (at.GetMember(name, Any) is [MemberInfo member, ..])
                return member;
        }

        throw new MissingMemberException(type.FullName, name);
    }

    private static MethodInfo FindMethod(Type type, string name, object?[] arguments)
    {
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            foreach (MethodInfo method in at.GetMember(name, MemberTypes.Method, Any).Cast<MethodInfo>())
            {
                ParameterInfo[] parameters = method.GetParameters();
                if (parameters.Length == arguments.Length && parameters.Zip(arguments).All(pair => pair.Second is null || pair.First.ParameterType.IsInstanceOfType(pair.Second)))
                    return method;
            }
        }

        throw new MissingMethodException(type.FullName, name);
    }
}
