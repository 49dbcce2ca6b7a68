namespace ZProc.PowerShell;

/// <summary>Who looks after a <see cref="ZProcess"/>: this session, or another one that is asked to.</summary>
internal interface IProcessControl
{
    /// <summary>Where it stands.</summary>
    ProcessStatus Status { get; }

    /// <summary>Begins its first attempt.</summary>
    /// <exception cref="Core.FaultException">It could not be started, and has ended so.</exception>
    void Start();

    /// <summary>Asks its script to stop, and returns at once. After the grace an OS process is killed and a runspace abandoned.</summary>
    void BeginStop(TimeSpan grace);

    /// <summary>Lets a watcher's process end after the call of its action that is running; returns at once.</summary>
    void EndWatching();
}
