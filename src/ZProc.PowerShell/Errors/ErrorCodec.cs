using System.Collections.Specialized;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Errors;

/// <summary>Encodes and decodes error records. A decoded record has the exception, ids, category, target and position of the original.</summary>
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
            ["stack"] = Shown(record, nameof(ErrorRecord.ScriptStackTrace)),
            ["position"] = ErrorPosition.Of(record)?.ToFields(),
        }).Bytes;
    }

    /// <summary>Decodes a record.</summary>
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

    /// <summary>A copy of a record whose position stays when another command writes it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="position">The copy's position; null for the record's own.</param>
    public static ErrorRecord Copy(ErrorRecord record, ErrorPosition? position = null) =>
        Copy(record, position ?? ErrorPosition.Of(record), record.TargetObject, details: null);

    /// <summary>Such a copy with another target and another text.</summary>
    public static ErrorRecord Copy(ErrorRecord record, object? target, string details) => Copy(record, ErrorPosition.Of(record), target, details);

    private static ErrorRecord Copy(ErrorRecord record, ErrorPosition? position, object? target, string? details)
    {
        var (id, category, activity, stack) = (IdOf(record), record.CategoryInfo.Category, record.CategoryInfo.Activity, Shown(record, nameof(ErrorRecord.ScriptStackTrace)));
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
            part.CategoryInfo.Activity = activity; // is lost with the invocation of the original's command
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

    /// <summary>The record inside the exception, which a typed <c>catch</c> may show; null when there is none.</summary>
    private static ErrorRecord? Contained(ErrorRecord record) =>
        (record.Exception as IContainsErrorRecord)?.ErrorRecord is { } contained && contained != record ? contained : null;

    // ZProc runs a script as a command, whose name the id must not show.
    private static string IdOf(ErrorRecord record)
    {
        const string Suffix = "," + ScriptRunspace.CommandName;
        var id = Shown(record, nameof(ErrorRecord.FullyQualifiedErrorId)) ?? string.Empty;
        return id.EndsWith(Suffix, StringComparison.Ordinal) ? id[..^Suffix.Length] : id;
    }

    // As PowerShell shows it: an overlaid property comes first.
    private static string? Shown(ErrorRecord record, string name) => PSObject.AsPSObject(record).Properties[name]?.Value as string;

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
            // Expected: the target cannot travel. The error must arrive all the same, with the target's text.
            ZProcEventSource.Log.FaultCaught(nameof(ErrorCodec), e);
            return OutputCodec.EncodeObject(target.ToString()).ToArray();
        }
    }
}
