using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ZProc.Core.Values;

/// <summary>Names of enumerations, and the way back, which looks only at what is loaded already.</summary>
internal static class EnumTypes
{
    private static readonly ConditionalWeakTable<Type, string> Names = [];
    private static readonly ConcurrentDictionary<string, Type> Found = new(StringComparer.Ordinal);

    public static string NameOf(Type type) =>
        Names.GetValue(type, static t => $"{t.FullName}, {t.Assembly.GetName().Name}");

    /// <summary>
    /// The loaded enumeration of that name; null where there is none. The same type in an assembly of another name will do:
    /// <c>Add-Type</c> makes up a new one in every process. Of several the latest wins, as at a prompt that defines it again.
    /// </summary>
    public static Type? Find(string name)
    {
        if (Found.TryGetValue(name, out var known))
        {
            return known;
        }

        // Brackets name type arguments, which GetType would load assemblies for.
        var comma = name.LastIndexOf(", ", StringComparison.Ordinal);
        if (comma <= 0 || name.Contains('['))
        {
            return null;
        }

        var typeName = name[..comma];
        var assemblyName = name[(comma + 2)..];
        Type? elsewhere = null;
        var assemblies = AppDomain.CurrentDomain.GetAssemblies();
        for (var i = assemblies.Length - 1; i >= 0; i--)
        {
            if (FindIn(assemblies[i], typeName) is not { } type)
            {
                continue;
            }

            if (string.Equals(assemblies[i].GetName().Name, assemblyName, StringComparison.Ordinal))
            {
                // What PowerShell compiles at runtime can be defined again, and should be collectible.
                if (!type.Assembly.IsDynamic && !type.IsCollectible)
                {
                    Found.TryAdd(name, type);
                }

                return type;
            }

            elsewhere ??= type;
        }

        return elsewhere;
    }

    private static Type? FindIn(Assembly assembly, string typeName)
    {
        try
        {
            return assembly.GetType(typeName, throwOnError: false) is { IsEnum: true } type ? type : null;
        }
        catch (Exception e) when (e is ArgumentException or IOException or BadImageFormatException or TypeLoadException or NotSupportedException)
        {
            return null;
        }
    }
}
