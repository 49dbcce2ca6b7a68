using System.Management.Automation;
using ZProc.Core;

namespace ZProc.Output;

/// <summary>
/// Verbose and debug messages of a process. The process chose to write them, so they are shown whatever the preference of the
/// receiving session is. An explicit <c>-Verbose:$false</c> or <c>-Debug:$false</c> of the command hides them. The engine's command
/// decides by preferences, which are members that are not public: where an engine has others, the preference of the session counts.
/// </summary>
internal static class ChosenMessages
{
    /// <summary>Writes a verbose message.</summary>
    public static void WriteVerbose(Cmdlet command, string text)
    {
        var runtime = command.CommandRuntime;
        var type = runtime.GetType();
        if (HiddenMembers.Property(type, "IsVerboseFlagSet") is not { } isSet || HiddenMembers.Property(type, "Verbose") is not { } verbose || isSet.GetValue(runtime) is not false)
        {
            command.WriteVerbose(text);
            return;
        }

        // Only for this message: -Verbose changes what the command does with errors and warnings, too.
        verbose.SetValue(runtime, true);
        try
        {
            command.WriteVerbose(text);
        }
        finally
        {
            verbose.SetValue(runtime, false);
            isSet.SetValue(runtime, false);
        }
    }

    /// <summary>Writes a debug message.</summary>
    public static void WriteDebug(Cmdlet command, string text)
    {
        var runtime = command.CommandRuntime;
        var type = runtime.GetType();
        if (HiddenMembers.Property(type, "IsDebugFlagSet")?.GetValue(runtime) is false)
        {
            HiddenMembers.Property(type, "DebugPreference")?.SetValue(runtime, ActionPreference.Continue);
        }

        command.WriteDebug(text);
    }
}
