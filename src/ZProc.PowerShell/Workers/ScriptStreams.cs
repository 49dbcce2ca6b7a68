using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Parallel;

namespace ZProc.Workers;

/// <summary>Passes what a pipeline writes to its streams on to one receiver, in the order in which the script writes.</summary>
internal static class ScriptStreams
{
    /// <summary>Connects all streams of a pipeline but its output.</summary>
    /// <param name="shell">The pipeline.</param>
    /// <param name="write">The receiver. It is called on the thread that writes.</param>
    public static void Connect(PowerShell shell, Action<OutputKind, object?> write)
    {
        shell.Streams.Error = StreamTap.Of<ErrorRecord>(record => write(OutputKind.Error, WithPosition(record, shell.Runspace)));
        shell.Streams.Warning = StreamTap.Of<WarningRecord>(record => write(OutputKind.Warning, record));
        shell.Streams.Verbose = StreamTap.Of<VerboseRecord>(record => write(OutputKind.Verbose, record));
        shell.Streams.Debug = StreamTap.Of<DebugRecord>(record => write(OutputKind.Debug, record));
        shell.Streams.Information = StreamTap.Of<InformationRecord>(record => write(OutputKind.Information, record));
        shell.Streams.Progress = StreamTap.Of<ProgressRecord>(record => write(OutputKind.Progress, record));
    }

    /// <summary>
    /// Write-Error in the outermost block takes the position of the block's caller. A process's script has no caller that a user
    /// wrote, so the record gets the position at which the script is now.
    /// </summary>
    private static ErrorRecord WithPosition(ErrorRecord record, Runspace runspace)
    {
        if (ErrorPosition.Of(record) is { } known && !ItemScript.IsCaller(known))
        {
            return record;
        }

        return ErrorPosition.Of(runspace.Debugger.GetCallStack().FirstOrDefault()?.Position) is { } position ? ErrorCodec.Copy(record, position) : record;
    }
}
