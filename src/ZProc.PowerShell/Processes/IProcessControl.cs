using System.Management.Automation;
using ZProc.Core.Processes;
using ZProc.Core;
using ZProc.Requests;

namespace ZProc.Processes;

/// <summary>Who looks after a <see cref="ZProcess"/>: this session, or another one that is asked to.</summary>
internal interface IProcessControl
{
    /// <summary>Where it stands.</summary>
    ProcessStatus Status { get; }

    /// <summary>Its last error, of an attempt or in the end.</summary>
    ErrorRecord? LastError { get; }

    /// <summary>Begins its first attempt.</summary>
    /// <exception cref="FaultException">It could not be started, and has ended so.</exception>
    void Start();

    /// <summary>Asks its script to stop, and returns at once. After the grace an OS process is killed and a runspace abandoned.</summary>
    /// <exception cref="FaultException">Whoever looks after it does not answer.</exception>
    void BeginStop(TimeSpan grace, CancellationToken cancellation);

    /// <summary>Lets a watcher's process end after the call of its action that is running; returns at once.</summary>
    void EndWatching();

    /// <summary>Tells the other sessions where it stands.</summary>
    void Publish(ProcessStatus status);

    /// <summary>Makes it anew, on its record, when it has ended, and starts it.</summary>
    /// <exception cref="FaultException">As <see cref="Start"/>.</exception>
    ZProcess Restart(CancellationToken cancellation);

    /// <summary>Forgets it, when it has ended: its output and its record.</summary>
    /// <exception cref="FaultException">Whoever looks after it does not answer.</exception>
    void Remove(CancellationToken cancellation);

    /// <summary>Has what it wrote brought to its queue; null where it is there by itself.</summary>
    /// <param name="keep">Whether it is left for others.</param>
    /// <param name="follow">Whether to go on until the process has ended.</param>
    /// <param name="arrived">Called when something has come; it must only signal.</param>
    /// <param name="cancellation">Gives up asking whoever looks after it.</param>
    /// <exception cref="FaultException">Whoever looks after it does not answer.</exception>
    OutputReceiver? Receive(bool keep, bool follow, Action arrived, CancellationToken cancellation);
}
