using System.Globalization;

namespace ZProc.Workers;

/// <summary>Tells the enums and classes that scripts define from other types.</summary>
internal static class ScriptTypes
{
    /// <summary>The name of an enum that marks the types which a runspace took over from its caller.</summary>
    public const string Marker = "ZProcTypesOfCaller";

    /// <summary>Whether a script defined a type.</summary>
    public static bool Contains(Type type) => type.Assembly.IsDynamic && IsAssembly(type.Assembly.GetName().Name);

    /// <summary>Whether an assembly has the name that PowerShell gives to those of scripts.</summary>
    /// <param name="name">The simple name.</param>
    public static bool IsAssembly(string? name) => name?.StartsWith("PowerShell Class Assembly", StringComparison.Ordinal) == true;

    /// <summary>The enum of a name that a script of this session defined last, rather than a runspace which took it over; null where there is none.</summary>
    public static Type? FindEnum(string name) => Enumerable.Reverse(AppDomain.CurrentDomain.GetAssemblies())
        .Where(static assembly => assembly.IsDynamic && IsAssembly(assembly.GetName().Name) && assembly.GetType(Marker) is null)
        .Select(assembly => assembly.GetType(name))
        .FirstOrDefault(static type => type is { IsEnum: true });

    /// <summary>The script file that defined a type; null for a script that was typed.</summary>
    public static string? FileOf(Type type)
    {
        // By name: the library that the module compiles against does not have the attribute.
        var attribute = type.Assembly.GetCustomAttributes(inherit: false).FirstOrDefault(static known => known.GetType().Name == "DynamicClassImplementationAssemblyAttribute");
        return attribute?.GetType().GetProperty("ScriptFile")?.GetValue(attribute) as string is { Length: > 0 } file ? file : null;
    }

    /// <summary>The definition of an enum as text.</summary>
    public static string DefinitionOf(Type type)
    {
        var number = Enum.GetUnderlyingType(type);
        var members = Enum.GetNames(type).Select(name =>
            string.Create(CultureInfo.InvariantCulture, $"{name} = {Convert.ChangeType(Enum.Parse(type, name), number, CultureInfo.InvariantCulture)}"));
        return $"{(type.IsDefined(typeof(FlagsAttribute), inherit: false) ? "[Flags()] " : string.Empty)}enum {type.Name} : {number.Name} {{ {string.Join("; ", members)} }}";
    }
}
