using System.Collections;
using System.Management.Automation.Runspaces;
using System.Reflection;
using ZProc.Core;

namespace ZProc.Workers;

/// <summary>
/// The pipelines that a runspace runs now, as the engine keeps them. They are not public: an engine that keeps them in another way
/// seems to run none.
/// </summary>
internal static class EnginePipelines
{
    private const string NativeCommand = "NativeCommandProcessor";

    /// <summary>The native programs that the pipelines run.</summary>
    public static IEnumerable<object> NativeCommands(Runspace runspace) => Processors(Stopper(runspace)).SelectMany(Commands).Where(IsNative);

    /// <summary>Whether the engine has stopped the pipeline that runs now, so that its script does not go on. Also true when none runs.</summary>
    // The engine notes the stop first, which keeps commands from beginning, and then stops each command that runs.
    public static bool IsStopping(Runspace runspace)
    {
        var stopper = Stopper(runspace);
        return Get(stopper, "IsStopping") is not false && Array.TrueForAll(Processors(stopper), static processor => Get(processor, "_stopping") is not false);
    }

    /// <summary>The value of a property or a field of the engine's object; null where there is none.</summary>
    public static object? Get(object? target, string name) => target is null ? null
        : Property(target, name) is { } property ? property.GetValue(target)
        : Field(target, name)?.GetValue(target);

    /// <summary>A field of the engine's object; null where there is none.</summary>
    public static FieldInfo? Field(object target, string name) => HiddenMembers.Field(target.GetType(), name);

    private static PropertyInfo? Property(object target, string name) => HiddenMembers.Property(target.GetType(), name);

    private static object? Stopper(Runspace runspace) =>
        Get(HiddenMembers.Method(runspace.GetType(), "GetCurrentlyRunningPipeline", Type.EmptyTypes)?.Invoke(runspace, null), "Stopper");

    private static object[] Processors(object? stopper) => All(Get(stopper, "_stack"));

    private static IEnumerable<object> Commands(object? processor) => All(Get(processor, "Commands"));

    // A copy: the pipeline may go on meanwhile.
    private static object[] All(object? sequence) => sequence is IEnumerable items ? [.. items.Cast<object>()] : [];

    private static bool IsNative(object command) => command.GetType().Name == NativeCommand;
}
