using System.Collections;
using System.Management.Automation.Runspaces;
using System.Reflection;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Workers;

/// <summary>
/// The pipelines that a runspace runs now, as the engine keeps them. They are not public: an engine that keeps them in another way
/// seems to run none.
/// </summary>
internal static class EnginePipelines
{
    private const string NativeCommand = "NativeCommandProcessor";

    /// <summary>The commands of native programs that the pipelines run.</summary>
    public static IEnumerable<object> NativeCommands(Runspace runspace) => Stoppers(runspace).SelectMany(Processors).SelectMany(Commands).Where(IsNative);

    /// <summary>Whether the engine has stopped the pipeline that runs now, so that its script does not go on. Also true when none runs.</summary>
    public static bool IsStopping(Runspace runspace) => Stoppers(runspace) is not { Length: > 0 } stoppers || Array.Exists(stoppers, IsStopped);

    /// <summary>Whether a finally block runs in the pipeline, which was stopped. False where the engine does not tell.</summary>
    public static bool IsInFinally(Runspace runspace) => Stoppers(runspace) is [.., var current] && !IsNotedAsStopping(current);

    /// <summary>The value of a property or a field of the engine's object; null where there is none.</summary>
    public static object? Get(object? target, string name) => target is null ? null
        : Property(target, name) is { } property ? property.GetValue(target)
        : Field(target, name)?.GetValue(target);

    /// <summary>A field of the engine's object; null where there is none.</summary>
    public static FieldInfo? Field(object target, string name) => HiddenMembers.Field(target.GetType(), name);

    private static PropertyInfo? Property(object target, string name) => HiddenMembers.Property(target.GetType(), name);

    /// <summary>What stops each pipeline, the outermost first: a command may run others, as one that loads its module does.</summary>
    private static object?[] Stoppers(Runspace runspace)
    {
        // The engine holds the lock while it adds or removes one.
        lock (HiddenMembers.Field(runspace.GetType().BaseType!, "_pipelineListLock")?.GetValue(runspace) ?? new object())
        {
            return [.. All(Get(runspace, "RunningPipelines")).Select(static pipeline => Get(pipeline, "Stopper"))];
        }
    }

    // The engine notes the stop of a pipeline first, which keeps commands from beginning, and then stops what runs in it, the newest first.
    // The oldest stays noted as stopped. The engine takes the first note back for a finally block, whose commands are not stopped.
    private static bool IsStopped(object? stopper) =>
        Processors(stopper) is [.., var oldest] ? Get(oldest, "_stopping") is not false : IsNotedAsStopping(stopper);

    private static bool IsNotedAsStopping(object? stopper) => Get(stopper, "IsStopping") is not false;

    /// <summary>The pipelines within the pipeline that runs now, the newest first.</summary>
    private static object[] Processors(object? stopper)
    {
        // The engine holds the lock while it adds or removes one.
        lock (Get(stopper, "_syncRoot") ?? new object())
        {
            return All(Get(stopper, "_stack"));
        }
    }

    private static object[] Commands(object processor) => All(Get(processor, "Commands"));

    private static object[] All(object? sequence)
    {
        try
        {
            return sequence is IEnumerable items ? [.. items.Cast<object>()] : [];
        }
        catch (InvalidOperationException expected)
        {
            // Expected: a pipeline ends and clears its list of commands.
            ZProcEventSource.Log.FaultCaught(nameof(EnginePipelines), expected);
            return [];
        }
    }

    private static bool IsNative(object? command) => command?.GetType().Name == NativeCommand;
}
