using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using ZProc.Core.Diagnostics;

namespace ZProc.Errors;

/// <summary>
/// Rebuilds exceptions. Only public exceptions of the base library and of PowerShell are constructed, from assemblies on a fixed list:
/// a message cannot name any other type.
/// </summary>
internal static class ExceptionRebuild
{
    private static readonly string[] Assemblies =
    [
        "System.Private.CoreLib", "System.Management.Automation",
        "Microsoft.PowerShell.Commands.Utility", "Microsoft.PowerShell.Commands.Management", "Microsoft.PowerShell.Security", "Microsoft.Win32.Primitives",
        "System.Collections", "System.Collections.Concurrent", "System.ComponentModel.Primitives", "System.Data.Common", "System.Diagnostics.Process",
        "System.IO.Compression", "System.Linq", "System.Net.Http", "System.Net.Mail", "System.Net.Ping", "System.Net.Primitives", "System.Net.Requests",
        "System.Net.Security", "System.Net.Sockets", "System.Net.WebSockets", "System.Private.Uri", "System.Private.Xml", "System.Security.Cryptography",
        "System.Text.Json", "System.Text.RegularExpressions", "System.Threading", "System.Threading.Channels",
    ];

    /// <summary>Rebuilds an exception.</summary>
    /// <param name="name">The type's full name.</param>
    /// <param name="assembly">The name of the type's assembly.</param>
    /// <param name="parts">The parts of the original.</param>
    /// <returns>Null when the type is not on the list, or cannot be constructed.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A constructor may throw anything; the caller then makes a ZProcRemoteException.")]
    public static Exception? Make(string name, string? assembly, ExceptionParts parts)
    {
        try
        {
            return Find(name, assembly) is not { } type ? null : Make(type, parts);
        }
        catch (Exception expected)
        {
            // Expected: the constructor or a setter refused the parts.
            ZProcEventSource.Log.FaultCaught(nameof(ExceptionRebuild), expected);
            return null;
        }
    }

    private static Type? Find(string name, string? assembly)
    {
        var type = Array.IndexOf(Assemblies, assembly) < 0 ? null
            : assembly == "System.Management.Automation" ? typeof(PSObject).Assembly.GetType(name)
            : Type.GetType($"{name}, {assembly}");
        while (type is { IsPublic: false })
        {
            type = type.BaseType; // an internal type of the engine becomes the public one that it derives from
        }

        return type is { IsAbstract: false } && typeof(Exception).IsAssignableFrom(type) && !type.ContainsGenericParameters ? type : null;
    }

    private static Exception Make(Type type, ExceptionParts parts)
    {
        // A type that adds to its message adds once more, unless it gets the text from which the message was made.
        var first = Construct(type, parts, parts.Text ?? parts.Message, parts.Properties);
        return first.Message == parts.Message ? first : Construct(type, parts, parts.Message, new Dictionary<string, object?>());
    }

    /// <summary>Calls the public constructor that takes the most of the parts, and sets the rest.</summary>
    private static Exception Construct(Type type, ExceptionParts parts, string text, IReadOnlyDictionary<string, object?> properties)
    {
        var constructor = type.GetConstructors()
            .Select(candidate => (Constructor: candidate, Arguments: Arguments(candidate, parts, text, properties)))
            .Where(candidate => candidate.Arguments is not null)
            .OrderByDescending(candidate => candidate.Constructor.GetParameters().Max(parameter => CausesTaken(parameter, parts)) ?? 0)
            .ThenByDescending(candidate => candidate.Arguments!.Length)
            .FirstOrDefault();
        var exception = (Exception)(constructor.Constructor?.Invoke(constructor.Arguments) ?? RuntimeHelpers.GetUninitializedObject(type));
        ExceptionInternals.Complete(exception, text, parts.Cause);
        ExceptionInternals.SetProperties(exception, parts.Properties);
        return exception;
    }

    /// <summary>The arguments of a constructor, found by the names and types of its parameters; null when a parameter has none.</summary>
    private static object?[]? Arguments(ConstructorInfo constructor, ExceptionParts parts, string text, IReadOnlyDictionary<string, object?> properties)
    {
        var parameters = constructor.GetParameters();
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (parameter.ParameterType == typeof(Exception))
            {
                arguments[i] = parts.Cause;
                continue;
            }

            object? value = parameter.ParameterType == typeof(IEnumerable<Exception>) ? parts.Causes
                : string.Equals(parameter.Name, "message", StringComparison.OrdinalIgnoreCase) ? text
                : properties.GetValueOrDefault(parameter.Name!);
            if (!parameter.ParameterType.IsInstanceOfType(value))
            {
                return null;
            }

            arguments[i] = value;
        }

        return arguments;
    }

    /// <summary>How many of the causes a parameter takes.</summary>
    private static int? CausesTaken(ParameterInfo parameter, ExceptionParts parts) =>
        parameter.ParameterType == typeof(Exception) ? Math.Min(parts.Causes.Length, 1)
        : parameter.ParameterType == typeof(IEnumerable<Exception>) ? parts.Causes.Length
        : 0;
}
