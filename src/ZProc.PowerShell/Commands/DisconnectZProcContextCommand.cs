using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Disconnect-ZProcContext</c>: leaves a context that another session started. What this session started in it is stopped.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ZProcContext", SupportsShouldProcess = true)]
public sealed class DisconnectZProcContextCommand : ZProcCommand
{
    /// <summary>The context, or its name. Default: the current one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ContextTransformation]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public ZProcContext? Context { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var context = Context ?? ContextTable.Get();
        if (context.IsOwner)
        {
            throw new FaultException(
                Fault.InvalidArgument,
                $"This session started the context '{context.Name}' and runs its server. Stop it with Stop-ZProcContext.",
                context.Name);
        }

        if (ShouldProcess(context.Name, "Disconnect from ZProc context"))
        {
            ContextFactory.Stop(context);
        }
    }
}
