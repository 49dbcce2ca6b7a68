using System.Collections.Specialized;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core.Values;

namespace ZProc.Errors;

/// <summary>The position of an error in a script.</summary>
/// <param name="File">The script's file; null for a block that was typed.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column where the failing command begins.</param>
/// <param name="EndColumn">The column after its end, on the same line.</param>
/// <param name="Text">The line's text.</param>
internal sealed record ErrorPosition(string? File, int Line, int Column, int EndColumn, string Text)
{
    /// <summary>The position of a record, also of one that came from another process; null when it has none.</summary>
    public static ErrorPosition? Of(ErrorRecord record)
    {
        var info = PSObject.AsPSObject(record).Properties[nameof(ErrorRecord.InvocationInfo)]?.Value as InvocationInfo ?? record.InvocationInfo;
        if (info is null || info.ScriptLineNumber <= 0)
        {
            return null;
        }

        var text = info.Line?.TrimEnd('\r', '\n') ?? string.Empty;
        var start = Math.Clamp(info.OffsetInLine, 1, text.Length + 1);
        var end = info.DisplayScriptPosition is { EndLineNumber: var line, EndColumnNumber: var column } && line == info.ScriptLineNumber && column > start
            ? Math.Min(column, text.Length + 1)
            : text.Length + 1;
        return new ErrorPosition(string.IsNullOrEmpty(info.ScriptName) ? null : info.ScriptName, info.ScriptLineNumber, start, end, text);
    }

    /// <summary>The position of a piece of script; null when it has none.</summary>
    public static ErrorPosition? Of(IScriptExtent? extent) => extent is { StartLineNumber: > 0 }
        ? new ErrorPosition(
            extent.File,
            extent.StartLineNumber,
            extent.StartColumnNumber,
            extent.EndLineNumber == extent.StartLineNumber ? extent.EndColumnNumber : extent.StartScriptPosition.Line.Length + 1,
            extent.StartScriptPosition.Line)
        : null;

    /// <summary>Reads a position.</summary>
    public static ErrorPosition FromFields(Fields fields) => new(
        fields.Get<string>("file"), fields.Get<int>("line"), fields.Get<int>("column"), fields.Get<int>("end"), fields.Get<string>("text") ?? string.Empty);

    /// <summary>The position as fields that can be encoded.</summary>
    public OrderedDictionary ToFields() => new()
    {
        ["file"] = File,
        ["line"] = Line,
        ["column"] = Column,
        ["end"] = EndColumn,
        ["text"] = Text,
    };

    /// <summary>The position as PowerShell shows it.</summary>
    public InvocationInfo ToInvocationInfo() => InvocationInfo.Create(
        null!, new ScriptExtent(new ScriptPosition(File ?? string.Empty, Line, Column, Text), new ScriptPosition(File ?? string.Empty, Line, EndColumn, Text)));
}
