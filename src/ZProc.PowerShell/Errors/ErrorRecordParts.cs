using System.Management.Automation;
using System.Runtime.CompilerServices;
using ZProc.Core.Diagnostics;

namespace ZProc.Errors;

/// <summary>
/// Sets the parts of an error record that tell where it comes from. They are members that are not public, as for the engine's own
/// job commands: otherwise the command that writes a record becomes its position and part of its id, and a record that is caught
/// after <c>-ErrorAction Stop</c> does not show the process. Where an engine has other members, properties that PowerShell shows
/// are overlaid, as far as that is possible.
/// </summary>
internal static class ErrorRecordParts
{
    /// <summary>Sets id, category, target, stack trace and position.</summary>
    public static void Set(ErrorRecord record, string id, ErrorCategory category, object? target, string? stack, ErrorPosition? position)
    {
        var info = position?.ToInvocationInfo();
        try
        {
            Id(record) = id;
            Category(record) = category;
            Target(record) = target;
            Stack(record) = stack;
            Info(record) = info;
            PreserveOnce(record, true);
        }
        catch (Exception e) when (e is MissingFieldException or MissingMethodException)
        {
            // Expected: this engine has other members.
            ZProcEventSource.Log.FaultCaught(nameof(ErrorRecordParts), e);
            Overlay(record, nameof(ErrorRecord.FullyQualifiedErrorId), id);
            Overlay(record, nameof(ErrorRecord.ScriptStackTrace), stack);
            Overlay(record, nameof(ErrorRecord.InvocationInfo), info);
        }
    }

    /// <summary>Sets the position, which the next command that writes the record leaves as it is.</summary>
    public static void SetPosition(ErrorRecord record, InvocationInfo? info)
    {
        try
        {
            Info(record) = info;
            PreserveOnce(record, true);
        }
        catch (Exception e) when (e is MissingFieldException or MissingMethodException)
        {
            // Expected: this engine has other members.
            ZProcEventSource.Log.FaultCaught(nameof(ErrorRecordParts), e);
            Overlay(record, nameof(ErrorRecord.InvocationInfo), info);
        }
    }

    private static void Overlay(ErrorRecord record, string name, object? value)
    {
        var properties = PSObject.AsPSObject(record).Properties;
        properties.Remove(name);
        properties.Add(new PSNoteProperty(name, value));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_serializedFullyQualifiedErrorId")]
    private static extern ref string? Id(ErrorRecord record);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_category")]
    private static extern ref ErrorCategory Category(ErrorRecord record);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_target")]
    private static extern ref object? Target(ErrorRecord record);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scriptStackTrace")]
    private static extern ref string? Stack(ErrorRecord record);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_invocationInfo")]
    private static extern ref InvocationInfo? Info(ErrorRecord record);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreserveInvocationInfoOnce")]
    private static extern void PreserveOnce(ErrorRecord record, bool value);
}
