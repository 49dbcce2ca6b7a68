using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace ZProc.Errors;

/// <summary>
/// The parts of an error record that tell where it comes from. The engine's own job commands keep them with members
/// that are not public: without those, whoever writes a record becomes its place and part of its id, and a record
/// caught after <c>-ErrorAction Stop</c> says nothing of the process. Where an engine has other members, what
/// PowerShell sees is laid over instead, as far as that goes.
/// </summary>
internal static class ErrorRecordParts
{
    /// <summary>Sets them.</summary>
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
            LayOver(record, nameof(ErrorRecord.FullyQualifiedErrorId), id);
            LayOver(record, nameof(ErrorRecord.ScriptStackTrace), stack);
            LayOver(record, nameof(ErrorRecord.InvocationInfo), info);
        }
    }

    /// <summary>Sets where it happened, and lets whoever writes it next leave that as it is.</summary>
    public static void Keep(ErrorRecord record, InvocationInfo? info)
    {
        try
        {
            Info(record) = info;
            PreserveOnce(record, true);
        }
        catch (Exception e) when (e is MissingFieldException or MissingMethodException)
        {
            LayOver(record, nameof(ErrorRecord.InvocationInfo), info);
        }
    }

    private static void LayOver(ErrorRecord record, string name, object? value)
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
