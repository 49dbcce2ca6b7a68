using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Values;

/// <summary>Names of enumerations, and the types for names. Only loaded types are found: no name makes an assembly load.</summary>
internal static class EnumTypes
{
    private static readonly ConditionalWeakTable<Type, string> Names = [];
    private static readonly ConcurrentDictionary<string, Type> Found = new(StringComparer.Ordinal);

    public static string NameOf(Type type) =>
        Names.GetValue(type, static t => $"{t.FullName}, {t.Assembly.GetName().Name}");

    /// <summary>
    /// The loaded enumeration of a name; null where there is none. An enumeration with the same full name in another assembly is
    /// accepted, because <c>Add-Type</c> makes an assembly of another name in every process. The assembly loaded last wins, as at a prompt
    /// that defines the type again.
    /// </summary>
    /// <param name="name">A <see cref="NameOf"/>.</param>
    /// <param name="foreign">Knows types that a name means for the caller alone; null for none.</param>
    public static Type? Find(string name, IForeignValues? foreign)
    {
        if (Found.TryGetValue(name, out var known))
        {
            return known;
        }

        // Brackets are type arguments, for which GetType would load assemblies.
        var comma = name.LastIndexOf(", ", StringComparison.Ordinal);
        if (comma <= 0 || name.Contains('['))
        {
            return null;
        }

        var typeName = name[..comma];
        var assemblyName = name[(comma + 2)..];
        if (foreign?.FindEnum(typeName, assemblyName) is { IsEnum: true } own)
        {
            return own;
        }

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
                // A type that PowerShell compiled can be defined again and may be collectible, so it is not cached.
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
            // Expected: the name is no type name, or the assembly cannot be read. Then the type is not there.
            ZProcEventSource.Log.FaultCaught(nameof(EnumTypes), e);
            return null;
        }
    }
}
