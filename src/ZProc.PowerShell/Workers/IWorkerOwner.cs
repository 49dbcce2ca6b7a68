using ZProc.Output;

namespace ZProc.Workers;

/// <summary>Hears from a <see cref="Worker"/>, on the worker's threads.</summary>
internal interface IWorkerOwner
{
    /// <summary>The script wrote something.</summary>
    void OnOutput(OutputItem item);

    /// <summary>A watcher's action has returned.</summary>
    void OnWatched(WatchProgress progress);

    /// <summary>The attempt is in another OS process now.</summary>
    void OnMoved();

    /// <summary>The attempt has ended, and everything it wrote has been heard. Comes last, and once.</summary>
    void OnEnded(ScriptEnd end);
}
