using System.Management.Automation.Runspaces;

namespace ZProc.Workers;

/// <summary>Runs a script once, in a runspace.</summary>
internal sealed class ScriptRunspaceWorker : RunspaceWorker
{
    /// <inheritdoc cref="RunspaceWorker(WorkerOrder, InitialSessionState, IWorkerOwner)"/>
    public ScriptRunspaceWorker(WorkerOrder order, InitialSessionState template, IWorkerOwner owner)
        : base(order, template, owner)
    {
    }

    public override void Start() => new Thread(Run, StackSize) { IsBackground = true, Name = $"ZProc {Order.Name}" }.Start();

    private void Run() => Finish(Guarded(() => Prepare() ?? Runspace.Invoke())!);
}
