using System.Collections.Specialized;
using System.Management.Automation;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Output;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Errors;

/// <summary>Error records on their way between processes: the copy says what the original said.</summary>
internal static class ErrorCodec
{
    /// <summary>Encodes a record.</summary>
    public static ReadOnlyMemory<byte> Encode(ErrorRecord record)
    {
        var category = record.CategoryInfo;
        return PowerShellValues.Encode(new OrderedDictionary
        {
            ["exception"] = ExceptionCodec.ToFields(record.Exception),
            ["id"] = IdOf(record),
            ["category"] = (int)category.Category,
            ["activity"] = category.Activity,
            ["reason"] = category.Reason,
            ["targetName"] = category.TargetName,
            ["targetType"] = category.TargetType,
            ["target"] = EncodeTarget(record.TargetObject),
            ["details"] = record.ErrorDetails?.Message,
            ["action"] = record.ErrorDetails?.RecommendedAction,
            ["stack"] = Said(record, nameof(ErrorRecord.ScriptStackTrace)),
            ["position"] = ErrorPosition.Of(record)?.ToFields(),
        }).Bytes;
    }

    /// <summary>Makes the record again.</summary>
    public static ErrorRecord Decode(ReadOnlyMemory<byte> bytes)
    {
        var fields = Fields.Of(bytes);
        var exception = ExceptionCodec.FromFields(Fields.Of(fields.Get<OrderedDictionary>("exception")));
        var target = fields.Get<byte[]>("target") is { } encoded ? OutputCodec.DecodeObject(encoded) : null;
        var id = fields.Get<string>("id") ?? string.Empty;
        var record = new ErrorRecord(exception, id, ErrorCategory.NotSpecified, target);
        Complete(record, fields, id, target);

        if (Contained(record) is { } contained)
        {
            Complete(contained, fields, id, target);
        }

        return record;
    }

    /// <summary>A copy of a record of this process that keeps its place, or takes one, when a command of another writes it.</summary>
    public static ErrorRecord Copy(ErrorRecord record, ErrorPosition? position = null) =>
        Copy(record, position ?? ErrorPosition.Of(record), record.TargetObject, details: null);

    /// <summary>Such a copy that is about something else, and says so.</summary>
    public static ErrorRecord Copy(ErrorRecord record, object? target, string details) => Copy(record, ErrorPosition.Of(record), target, details);

    private static ErrorRecord Copy(ErrorRecord record, ErrorPosition? position, object? target, string? details)
    {
        var (id, category, activity, stack) = (IdOf(record), record.CategoryInfo.Category, record.CategoryInfo.Activity, Said(record, nameof(ErrorRecord.ScriptStackTrace)));
        var copy = new ErrorRecord(record, null);
        Complete(copy);
        if (Contained(copy) is { } contained)
        {
            Complete(contained);
        }

        return copy;

        void Complete(ErrorRecord part)
        {
            ErrorRecordParts.Set(part, id, category, target, stack, position);
            part.CategoryInfo.Activity = activity; // it went with the command that the record was about
            if (details is not null)
            {
                part.ErrorDetails = new ErrorDetails(details) { RecommendedAction = part.ErrorDetails?.RecommendedAction };
            }
        }
    }

    private static void Complete(ErrorRecord record, Fields fields, string id, object? target)
    {
        var position = fields.Get<OrderedDictionary>("position") is { } place ? ErrorPosition.FromFields(Fields.Of(place)) : null;
        ErrorRecordParts.Set(record, id, (ErrorCategory)fields.Get<int>("category"), target, fields.Get<string>("stack"), position);
        record.CategoryInfo.Activity = fields.Get<string>("activity");
        record.CategoryInfo.Reason = fields.Get<string>("reason");
        record.CategoryInfo.TargetName = fields.Get<string>("targetName");
        record.CategoryInfo.TargetType = fields.Get<string>("targetType");
        if (fields.Get<string>("details") is { } details)
        {
            record.ErrorDetails = new ErrorDetails(details) { RecommendedAction = fields.Get<string>("action") };
        }
    }

    /// <summary>The record inside the exception, which is the one that a typed catch may get.</summary>
    private static ErrorRecord? Contained(ErrorRecord record) =>
        (record.Exception as IContainsErrorRecord)?.ErrorRecord is { } contained && contained != record ? contained : null;

    // A script is a command for our own reasons only.
    private static string IdOf(ErrorRecord record)
    {
        const string Suffix = "," + ScriptRunspace.CommandName;
        var id = Said(record, nameof(ErrorRecord.FullyQualifiedErrorId)) ?? string.Empty;
        return id.EndsWith(Suffix, StringComparison.Ordinal) ? id[..^Suffix.Length] : id;
    }

    // As PowerShell sees it: what was laid over comes first.
    private static string? Said(ErrorRecord record, string name) => PSObject.AsPSObject(record).Properties[name]?.Value as string;

    private static byte[]? EncodeTarget(object? target)
    {
        if (target is null)
        {
            return null;
        }

        try
        {
            return OutputCodec.EncodeObject(target).ToArray();
        }
        catch (Exception e) when (e is FaultException or RuntimeException or InvalidOperationException)
        {
            return OutputCodec.EncodeObject(target.ToString()).ToArray(); // an error must arrive, whatever it is about
        }
    }
}
