using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;

namespace ZProc.Commands;

/// <summary><c>Disconnect-ZProcContext</c>: leaves a context that another session started. Processes that this session started in the context are stopped.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ZProcContext", SupportsShouldProcess = true)]
public sealed class DisconnectZProcContextCommand : ContextTargetCommand
{
    /// <inheritdoc/>
    protected override void Process()
    {
        var context = Target;
        if (context.IsOwner)
        {
            Refuse(new FaultException(
                Fault.InvalidArgument,
                $"This session started the context '{context.Name}' and runs its server. Stop it with Stop-ZProcContext.",
                context.Name));
            return;
        }

        EndTarget("Disconnect from ZProc context");
    }
}
