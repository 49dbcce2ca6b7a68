using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.ExceptionServices;
using ZProc.Core.Values;

namespace ZProc.PowerShell;

/// <summary>
/// Exceptions on their way between OS processes. A type is rebuilt only where it is an exception of the base library
/// or of PowerShell, loaded from an assembly on a fixed list, and can be made from a message and a cause: a message
/// never decides what else is constructed.
/// </summary>
internal static class ExceptionCodec
{
    private const int MaxDepth = 16;

    private static readonly string[] Assemblies =
    [
        "System.Private.CoreLib", "System.Management.Automation", "Microsoft.PowerShell.Commands.Utility", "Microsoft.PowerShell.Commands.Management",
        "System.Collections", "System.Collections.Concurrent", "System.ComponentModel.Primitives", "System.Data.Common", "System.Diagnostics.Process",
        "System.IO.Compression", "System.Linq", "System.Net.Http", "System.Net.Primitives", "System.Net.Sockets", "System.Net.WebSockets",
        "System.Private.Uri", "System.Private.Xml", "System.Security.Cryptography", "System.Text.Json", "System.Text.RegularExpressions",
    ];

    /// <summary>The full names of an exception's type and its bases, most derived first. One that was itself rebuilt from afar goes on under its original names.</summary>
    public static IEnumerable<string> TypeNamesOf(Exception exception) => exception is ZProcRemoteException remote
        ? remote.TypeNames
        : BaseTypes(exception.GetType()).Select(type => type.FullName ?? type.Name);

    /// <summary>An exception and its causes as fields.</summary>
    public static OrderedDictionary ToFields(Exception exception, int depth = 0)
    {
        var names = TypeNamesOf(exception);
        return new OrderedDictionary
        {
            ["types"] = names.ToArray(),
            ["assembly"] = exception.GetType().Assembly.GetName().Name,
            ["message"] = exception.Message,
            ["trace"] = exception.StackTrace,
            ["result"] = exception.HResult,
            ["errorId"] = (exception as ZProcException)?.ErrorId,
            ["category"] = (int?)(exception as ZProcException)?.ErrorRecord.CategoryInfo.Category,
            ["inner"] = exception.InnerException is { } inner && depth < MaxDepth ? ToFields(inner, depth + 1) : null,
        };
    }

    /// <summary>Makes it again.</summary>
    public static Exception FromFields(Fields fields)
    {
        var names = fields.Get<string[]>("types")!;
        var message = fields.Get<string>("message") ?? string.Empty;
        var inner = fields.Get<OrderedDictionary>("inner") is { } cause ? FromFields(Fields.Of(cause)) : null;
        var exception = fields.Get<string>("errorId") is { } id
            ? new ZProcException(id, message, (ErrorCategory)fields.Get<int>("category"), null, inner)
            : TryRebuild(names[0], fields.Get<string>("assembly"), message, inner) ?? new ZProcRemoteException(names, message, inner);
        exception.HResult = fields.Get<int>("result");
        return fields.Get<string>("trace") is { } trace ? ExceptionDispatchInfo.SetRemoteStackTrace(exception, trace) : exception;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A constructor that refuses is not an error of ours; the stand-in serves.")]
    private static Exception? TryRebuild(string name, string? assembly, string message, Exception? inner)
    {
        if (Array.IndexOf(Assemblies, assembly) < 0)
        {
            return null;
        }

        try
        {
            var type = assembly == "System.Management.Automation"
                ? typeof(PSObject).Assembly.GetType(name)
                : Type.GetType($"{name}, {assembly}");
            while (type is { IsPublic: false })
            {
                type = type.BaseType; // the engine's internal ones stand for the public one they derive from
            }

            return type is { IsAbstract: false, IsPublic: true } && typeof(Exception).IsAssignableFrom(type)
                ? Make(type, [message, inner], typeof(string), typeof(Exception)) ?? (inner is null ? Make(type, [message], typeof(string)) : null)
                : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static Exception? Make(Type type, object?[] arguments, params Type[] signature) =>
        type.GetConstructor(BindingFlags.Public | BindingFlags.Instance, signature)?.Invoke(arguments) as Exception;

    private static IEnumerable<Type> BaseTypes(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            yield return type;
        }
    }
}
