using System.Runtime.InteropServices;
using ZProc.Core;
using ZProc.Core.Processes;

namespace ZProc.Requests;

/// <summary>A process of another session whose record has changed, to be shown.</summary>
/// <param name="Control">The process.</param>
/// <param name="IsEnd">Whether this is the change that ended the process. There is one for each process.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ShownChange(RemoteControl Control, bool IsEnd)
{
    /// <summary>Shows the record that the process has now, and returns when all that waits for it goes on.</summary>
    public void Show()
    {
        var (process, state) = (Control.Process, Control.Record.Status.State);
        if (!IsEnd)
        {
            process.Refresh(); // shows nothing when another thread shows the end
            Control.NoteShown();
            return;
        }

        // A handler of the user may stay in there, and wait for another process whose end this thread shows next. Without a thread the end is
        // shown here: late is better than never.
        var error = state is ProcessState.Failed or ProcessState.Lost ? Control.LastError : null;
        BackgroundThread.StartOrRun(() => process.End(error, isWritten: state != ProcessState.Lost), "ZProc end");
        process.Ended.Wait();
        Control.NoteShown();
    }
}
