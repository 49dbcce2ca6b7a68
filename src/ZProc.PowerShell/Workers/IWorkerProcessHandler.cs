using ZProc.Core.Processes;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>Handles the events of one worker's OS process, on the threads that read from that process: see <see cref="WorkerReader"/>.</summary>
internal interface IWorkerProcessHandler
{
    /// <summary>The script wrote an object, or the process wrote a line of text to its standard error.</summary>
    void OnOutput(OutputItem item);

    /// <summary>The process has taken its order and is about to run the script.</summary>
    void OnStarted();

    /// <summary>The script has ended, and the process leaves its context, with all that the script started.</summary>
    void OnScriptEnded()
    {
    }

    /// <summary>The process reported progress: a <see cref="WorkerFrame.Watched"/>, <see cref="WorkerFrame.ItemBegun"/> or <see cref="WorkerFrame.ItemEnded"/>.</summary>
    void OnProgress(WorkerFrame kind, ReadOnlyMemory<byte> payload);

    /// <summary>Starts another OS process for the order, where the one that ended had done nothing yet.</summary>
    /// <returns>True when another process has the order; false when the end of this one is final.</returns>
    bool TryRestart() => false;

    /// <summary>The process has ended for good. Comes last, and once.</summary>
    /// <param name="exit">How the OS process ended.</param>
    /// <param name="end">How the script ended; null when the process died before it could report that.</param>
    void OnExit(ChildExit exit, ScriptEnd? end);
}
