using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Stop-ZProcContext</c>: stops a context that this session started, with everything started in it.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ZProcContext", SupportsShouldProcess = true)]
public sealed class StopZProcContextCommand : ZProcCommand
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
        if (!context.IsOwner)
        {
            throw new FaultException(
                Fault.InvalidArgument,
                $"The context '{context.Name}' was started by another session, and only that one stops it. Leave it with Disconnect-ZProcContext.",
                context.Name);
        }

        if (ShouldProcess(context.Name, "Stop ZProc context"))
        {
            ContextFactory.Stop(context);
        }
    }
}
