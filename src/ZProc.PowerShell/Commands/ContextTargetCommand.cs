using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;

namespace ZProc.Commands;

/// <summary>A command about contexts themselves: those given or piped, or the current one.</summary>
public abstract class ContextTargetCommand : ZProcCommand
{
    /// <summary>The context, or its name. Default: the current one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ContextTransformation]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public ZProcContext? Context { get; set; }

    /// <summary>The context this call is about.</summary>
    internal ZProcContext Target => Context ?? ContextTable.Get();

    /// <summary>Ends the target in this process, if the user agrees.</summary>
    private protected void EndTarget(string action)
    {
        if (ShouldProcess(Target.Name, action))
        {
            foreach (var fault in ContextEnd.Stop(Target))
            {
                WriteFault(fault);
            }
        }
    }
}
