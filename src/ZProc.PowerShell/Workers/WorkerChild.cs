using ZProc.Contexts;
using ZProc.Core.Processes;

namespace ZProc.Workers;

/// <summary>
/// A worker's OS process, in the session that starts it. It connects to the server, waits for an order, carries out that one order,
/// and ends.
/// </summary>
internal sealed class WorkerChild : IChildObserver
{
    /// <summary>The environment variables with which an OS process of ZProc starts. A worker's script gets the caller's environment instead.</summary>
    public static readonly IReadOnlyDictionary<string, string?> StartUp = new Dictionary<string, string?>()
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1", // cheaper round trips to the server
        ["DOTNET_TC_CallCountThreshold"] = "3E8", // 1000 in hexadecimal: a process that lives for seconds does not spend one of them on compiling again
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
    };

    private readonly object _gate = new();
    private readonly ChildProcess _process;
    private IChildObserver? _owner;
    private ChildExit? _exit;

    private WorkerChild(ZProcContext context, PowerShellProgram program, IChildObserver? owner, string? folder = null)
    {
        IsSpare = owner is null;
        _owner = owner;
        var connect = WorkerMessages.Connect(context, folder);
        var start = new ChildProcessStart(program.Executable, program.ArgumentsFor(typeof(WorkerProcess)), context.Processes.Lineage.Extend())
        {
            Environment = new Dictionary<string, string?>([.. StartUp, .. PowerShellProgram.EarlyStart(typeof(WorkerProcess))]),
        };
        _process = ChildProcess.Start(start, this);
        SendOrKill(WorkerFrame.Connect, connect);
    }

    /// <summary>Whether it was started before there was an order for it.</summary>
    public bool IsSpare { get; }

    /// <summary>Its OS process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes when the process has ended, with all that it started.</summary>
    public Task Exited => _process.Exited;

    /// <summary>Starts a spare: a process that waits for an order.</summary>
    /// <param name="context">The context that it joins.</param>
    /// <param name="program">The PowerShell in which it runs.</param>
    /// <param name="folder">The folder in which its script will probably start.</param>
    /// <exception cref="Core.FaultException">ProcessFailed: the process could not be started.</exception>
    public static WorkerChild Launch(ZProcContext context, PowerShellProgram program, string? folder) => new(context, program, null, folder);

    /// <summary>Starts a process with an order. The owner receives the end even when it comes at once.</summary>
    /// <param name="context">The context that it joins.</param>
    /// <param name="program">The PowerShell in which it runs.</param>
    /// <param name="message">The order: a <see cref="WorkerMessages.Start"/>.</param>
    /// <param name="owner">The receiver of its events.</param>
    /// <exception cref="Core.FaultException">ProcessFailed: the process could not be started.</exception>
    public static WorkerChild Launch(ZProcContext context, PowerShellProgram program, ReadOnlyMemory<byte> message, IChildObserver owner)
    {
        var child = new WorkerChild(context, program, owner);
        child.SendOrKill(WorkerFrame.Start, message);
        return child;
    }

    /// <summary>Gives a spare its order.</summary>
    /// <param name="message">The order: a <see cref="WorkerMessages.Start"/>.</param>
    /// <param name="owner">The receiver of its events from now on.</param>
    /// <returns>False when the process has ended.</returns>
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

        SendOrKill(WorkerFrame.Start, message);
        return true;
    }

    /// <summary>Gives the process items.</summary>
    /// <param name="message">The items: a message that <see cref="Parallel.ItemFrames"/> made.</param>
    public void Give(ReadOnlyMemory<byte> message) => _process.Send((byte)WorkerFrame.Items, message);

    /// <summary>Asks the script to stop, so that its <c>finally</c> blocks run.</summary>
    /// <param name="grace">When the caller will kill the process.</param>
    public void Stop(TimeSpan grace) => _process.Send((byte)WorkerFrame.Stop, WorkerMessages.Stop(grace));

    /// <summary>Asks the process to end after the call of its watcher's action that runs now, or after its items.</summary>
    public void EndWatching() => _process.Send((byte)WorkerFrame.EndWatching, default);

    /// <summary>Kills the process, with all that it started.</summary>
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

    /// <summary>Sends a frame without which the process would wait for ever.</summary>
    private void SendOrKill(WorkerFrame kind, ReadOnlyMemory<byte> message)
    {
        try
        {
            _process.Send((byte)kind, message);
        }
        catch
        {
            Kill();
            throw;
        }
    }
}
