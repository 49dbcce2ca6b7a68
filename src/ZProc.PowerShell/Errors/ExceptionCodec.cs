using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using ZProc.Core.Values;

namespace ZProc.Errors;

/// <summary>Encodes and decodes exceptions, with all their causes.</summary>
internal static class ExceptionCodec
{
    private const int MaxDepth = 16;
    private const int MaxCount = 256;

    /// <summary>The full names of an exception's type and its bases, most derived first. An exception from another process that was not rebuilt keeps its original names.</summary>
    public static IEnumerable<string> TypeNamesOf(Exception exception) =>
        (exception as ZProcRemoteException)?.TypeNames ?? BaseTypes(exception.GetType()).Select(type => type.FullName ?? type.Name);

    /// <summary>The direct causes of an exception.</summary>
    public static IEnumerable<Exception> CausesOf(Exception exception) => exception switch
    {
        AggregateException aggregate => aggregate.InnerExceptions,
        { InnerException: { } inner } => [inner],
        _ => [],
    };

    /// <summary>An exception and its causes as fields: up to 16 deep, and 256 in all.</summary>
    public static OrderedDictionary ToFields(Exception exception)
    {
        var left = MaxCount;
        return ToFields(exception, MaxDepth, ref left);
    }

    /// <summary>Decodes an exception.</summary>
    public static Exception FromFields(Fields fields)
    {
        var parts = new ExceptionParts(
            fields.Get<string>("message") ?? string.Empty,
            fields.Get<string>("text"),
            (fields.Get<object[]>("causes") ?? []).Select(cause => FromFields(Fields.Of(cause))).ToArray(),
            (fields.Get<OrderedDictionary>("properties") ?? []).Cast<DictionaryEntry>()
                .ToDictionary(entry => (string)entry.Key, entry => SmallValue.Decode((byte[])entry.Value!), StringComparer.OrdinalIgnoreCase));

        var names = fields.Get<string[]>("types")!;
        var exception = fields.Get<string>("errorId") is { } id
            ? new ZProcException(id, parts.Message, (ErrorCategory)fields.Get<int>("category"), null, parts.Cause)
            : ExceptionRebuild.Make(names[0], fields.Get<string>("assembly"), parts) ?? new ZProcRemoteException(names, parts.Message, parts.Cause, parts.Properties);
        exception.HResult = fields.Get<int>("result");
        exception.HelpLink = fields.Get<string>("help");
        exception.Source = fields.Get<string>("source");
        foreach (var entry in (fields.Get<object[]>("data") ?? []).Cast<byte[]>().Chunk(2))
        {
            exception.Data[SmallValue.Decode(entry[0])!] = SmallValue.Decode(entry[1]);
        }

        return fields.Get<string>("trace") is { } trace ? ExceptionDispatchInfo.SetRemoteStackTrace(exception, trace) : exception;
    }

    private static OrderedDictionary ToFields(Exception exception, int depth, ref int left)
    {
        var causes = new List<object>();
        foreach (var cause in CausesOf(exception))
        {
            if (depth > 0 && left > 0)
            {
                left--;
                causes.Add(ToFields(cause, depth - 1, ref left));
            }
        }

        return new OrderedDictionary
        {
            ["types"] = TypeNamesOf(exception).ToArray(),
            ["assembly"] = exception.GetType().Assembly.GetName().Name,
            ["message"] = exception.Message,
            ["text"] = ExceptionInternals.TextOf(exception),
            ["trace"] = exception.StackTrace,
            ["result"] = exception.HResult,
            ["help"] = exception.HelpLink,
            ["source"] = exception.Source,
            ["errorId"] = (exception as ZProcException)?.ErrorId,
            ["category"] = (int?)(exception as ZProcException)?.ErrorRecord.CategoryInfo.Category,
            ["causes"] = causes.ToArray(),
            ["properties"] = PropertiesOf(exception),
            ["data"] = DataOf(exception),
        };
    }

    private static OrderedDictionary PropertiesOf(Exception exception)
    {
        var properties = new OrderedDictionary();
        foreach (var (name, value) in (exception as ZProcRemoteException)?.Properties ?? ExceptionInternals.PropertiesOf(exception))
        {
            if (SmallValue.TryEncode(value) is { } bytes)
            {
                properties[name] = bytes;
            }
        }

        return properties;
    }

    private static object[] DataOf(Exception exception) => exception.Data.Cast<DictionaryEntry>()
        .Select(entry => (Key: SmallValue.TryEncode(entry.Key), Value: SmallValue.TryEncode(entry.Value)))
        .Where(entry => entry is { Key: not null, Value: not null })
        .SelectMany(entry => new object[] { entry.Key!, entry.Value! })
        .ToArray();

    private static IEnumerable<Type> BaseTypes(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            yield return type;
        }
    }
}
