using ZProc.Output;

namespace ZProc.Workers;

/// <summary>Receives the events of a <see cref="Worker"/>, on the worker's threads.</summary>
internal interface IWorkerOwner
{
    /// <summary>The script wrote an object.</summary>
    void OnOutput(OutputItem item);

    /// <summary>A watcher's action has returned.</summary>
    void OnWatched(WatchProgress progress);

    /// <summary>Another OS process has the attempt now: <see cref="Worker.ProcessId"/> has changed.</summary>
    void OnMoved();

    /// <summary>The script has ended, and the processes that it started are ending.</summary>
    void OnScriptEnded();

    /// <summary>The attempt has ended, and all its output was received. Comes last, and once.</summary>
    void OnEnded(ScriptEnd end);
}
