using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Requests;

namespace ZProc.Processes;

/// <summary>Controls the process behind a <see cref="ZProcess"/>, in this session or through requests to another session.</summary>
internal interface IProcessControl
{
    /// <summary>The newest status of the process.</summary>
    ProcessStatus Status { get; }

    /// <summary>The newest error, of an attempt or of the process.</summary>
    ErrorRecord? LastError { get; }

    /// <summary>The debugger of the newest attempt.</summary>
    /// <exception cref="FaultException">InvalidArgument: <c>Debug-Job</c> cannot reach the script.</exception>
    Debugger Debugger { get; }

    /// <summary>Begins the first attempt.</summary>
    /// <exception cref="FaultException">The process could not be started, and has ended with that.</exception>
    void Start();

    /// <summary>Asks the script to stop, and returns at once. After the grace an OS process is killed and a runspace abandoned.</summary>
    /// <exception cref="FaultException">The session that controls the process does not answer.</exception>
    void BeginStop(TimeSpan grace, CancellationToken cancellation);

    /// <summary>Ends a watcher's process after the call of its action that is running; returns at once.</summary>
    void EndWatching();

    /// <summary>Shows a status to the other sessions.</summary>
    void Publish(ProcessStatus status);

    /// <summary>Starts the process again after its end, as a new process on the same record.</summary>
    /// <exception cref="FaultException">As <see cref="Start"/>.</exception>
    ZProcess Restart(CancellationToken cancellation);

    /// <summary>Removes the process after its end, with its output and its record.</summary>
    /// <exception cref="FaultException">The session that controls the process does not answer.</exception>
    void Remove(CancellationToken cancellation);

    /// <summary>Begins to bring the output of the process to this session.</summary>
    /// <param name="keep">Whether the output stays for other receivers.</param>
    /// <param name="follow">Whether to go on until the process has ended.</param>
    /// <param name="arrived">Called when output has arrived; must only signal.</param>
    /// <param name="cancellation">Ends the request to the other session.</param>
    /// <returns>The receiver; null when this session has the output already.</returns>
    /// <exception cref="FaultException">The session that controls the process does not answer.</exception>
    OutputReceiver? Receive(bool keep, bool follow, Action arrived, CancellationToken cancellation);
}
