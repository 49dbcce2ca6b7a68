using System.Collections;
using System.Management.Automation;
using System.Reflection;
using ZProc.Core;

namespace ZProc.Waiting;

/// <summary>The queued actions of PowerShell's events in a runspace. For the thread of the runspace's pipeline.</summary>
internal static class QueuedActions
{
    private const string EngineField = "_actionQueue";
    private const int TurnsWithoutCount = 16;

    // The engine runs queued actions, one or two of them, at each turn of a loop.
    private static readonly ScriptBlock Loop = ScriptBlock.Create(
        "[System.Diagnostics.DebuggerHidden()] param($Turns) for ($i = 0; $i -lt $Turns; $i++) { }");

    private static FieldInfo? _queue;

    /// <summary>Runs the actions that are queued. Inside an action none run: the engine runs one after the other.</summary>
    public static void Run(PSEventManager events)
    {
        if (Count(events) is not { } count)
        {
            Loop.Invoke(TurnsWithoutCount);
            return;
        }

        for (var before = int.MaxValue; count > 0 && count < before;)
        {
            before = count;
            Loop.Invoke(count);
            count = Count(events) ?? 0;
        }
    }

    // The engine does not tell how many are queued. Null where the engine has another field.
    private static int? Count(PSEventManager events)
    {
        _queue ??= HiddenMembers.Field(events.GetType(), EngineField);
        return _queue?.DeclaringType == events.GetType() && _queue.GetValue(events) is ICollection queue ? queue.Count : null;
    }
}
