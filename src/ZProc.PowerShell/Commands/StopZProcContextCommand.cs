using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>
/// <c>Stop-ZProcContext</c>: stops a context that this session started, with all processes in it. A context on an engine has no owner: the
/// session leaves it, and its state stays.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "ZProcContext", SupportsShouldProcess = true)]
public sealed class StopZProcContextCommand : ContextTargetCommand
{
    /// <inheritdoc/>
    protected override void Process()
    {
        var context = Target;
        var mayEnd = context.IsOwner || context.Client.ServerProcessId is null;
        if (!mayEnd || CurrentSource.Get(context).Id != context.Self.Id)
        {
            Refuse(new FaultException(
                Fault.InvalidArgument,
                $"The context '{context.Name}' was started by another session, and only that session can stop it. Leave the context with Disconnect-ZProcContext.",
                context.Name));
            return;
        }

        EndTarget("Stop ZProc context");
    }
}
