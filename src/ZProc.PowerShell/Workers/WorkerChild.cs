using ZProc.Contexts;
using ZProc.Core.Processes;

namespace ZProc.Workers;

/// <summary>
/// A worker's OS process: started, connecting to the server, and perhaps waiting for something to do. It is used for
/// one attempt of one process and never again.
/// </summary>
internal sealed class WorkerChild : IChildObserver
{
    /// <summary>What only the start of a process of ours needs; a worker's script gets the caller's environment.</summary>
    public static readonly IReadOnlyDictionary<string, string?> StartUp = new Dictionary<string, string?>()
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1", // cheaper round trips to the server
        ["DOTNET_TC_CallCountThreshold"] = "3E8", // in hexadecimal: a process that lives for seconds does not spend one of them on compiling again
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
    };

    private readonly object _gate = new();
    private readonly ChildProcess _process;
    private IChildObserver? _owner;
    private ChildExit? _exit;

    private WorkerChild(ZProcContext context, PowerShellProgram program, IChildObserver? owner, string? folder = null)
    {
        Program = program;
        IsSpare = owner is null;
        _owner = owner;
        var connect = WorkerMessages.Connect(context, folder);
        _process = ChildProcess.Start(
            new ChildProcessStart(program.Executable, program.ArgumentsFor(typeof(WorkerProcess)), context.Processes.Lineage.Extend()) { Environment = StartUp }, this);
        _process.Send((byte)WorkerFrame.Connect, connect);
    }

    /// <summary>The PowerShell it runs in.</summary>
    public PowerShellProgram Program { get; }

    /// <summary>Whether it was started before there was something to do.</summary>
    public bool IsSpare { get; }

    /// <summary>Its OS process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes when it has ended, with all that it started.</summary>
    public Task Exited => _process.Exited;

    /// <summary>Starts one that waits for something to do.</summary>
    /// <param name="context">Where.</param>
    /// <param name="program">The PowerShell it runs in.</param>
    /// <param name="folder">Where its script will probably start.</param>
    /// <exception cref="Core.FaultException">It could not be started.</exception>
    public static WorkerChild Launch(ZProcContext context, PowerShellProgram program, string? folder) => new(context, program, null, folder);

    /// <summary>Starts one that has something to do. Its owner hears of its end even if that comes at once.</summary>
    /// <param name="context">Where.</param>
    /// <param name="program">The PowerShell it runs in.</param>
    /// <param name="message">What: a <see cref="WorkerMessages.Start"/>.</param>
    /// <param name="owner">Who hears from it.</param>
    /// <exception cref="Core.FaultException">It could not be started.</exception>
    public static WorkerChild Launch(ZProcContext context, PowerShellProgram program, ReadOnlyMemory<byte> message, IChildObserver owner)
    {
        var child = new WorkerChild(context, program, owner);
        child._process.Send((byte)WorkerFrame.Start, message);
        return child;
    }

    /// <summary>Gives it something to do.</summary>
    /// <param name="message">What: a <see cref="WorkerMessages.Start"/>.</param>
    /// <param name="owner">Who hears from it from now on.</param>
    /// <returns>False when it has ended before.</returns>
    public bool TryBegin(ReadOnlyMemory<byte> message, IChildObserver owner)
    {
        lock (_gate)
        {
            if (_exit is not null)
            {
                return false;
            }

            _owner = owner;
        }

        _process.Send((byte)WorkerFrame.Start, message);
        return true;
    }

    /// <summary>Gives it items.</summary>
    /// <param name="message">Which: an <see cref="ItemFrames.Items"/>.</param>
    public void Give(ReadOnlyMemory<byte> message) => _process.Send((byte)WorkerFrame.Items, message);

    /// <summary>Asks its script to stop.</summary>
    public void Stop() => _process.Send((byte)WorkerFrame.Stop, default);

    /// <summary>Asks it to call its watcher's action no more, or to end after its items.</summary>
    public void EndWatching() => _process.Send((byte)WorkerFrame.EndWatching, default);

    /// <summary>Kills it, with all that it started.</summary>
    public void Kill() => _process.Kill();

    void IChildObserver.OnFrame(ChildProcess child, Frame frame) => _owner?.OnFrame(child, frame);

    void IChildObserver.OnText(ChildProcess child, string line) => _owner?.OnText(child, line);

    void IChildObserver.OnExit(ChildProcess child, ChildExit exit)
    {
        IChildObserver? owner;
        lock (_gate)
        {
            _exit = exit;
            owner = _owner;
        }

        owner?.OnExit(child, exit);
    }
}
