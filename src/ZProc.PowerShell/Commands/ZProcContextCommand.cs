using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;

namespace ZProc.Commands;

/// <summary>A command that works in a context: the named one, or the current one.</summary>
public abstract class ZProcContextCommand : ZProcCommand
{
    /// <summary>The context to work in, or its name. Default: the current one.</summary>
    [Parameter]
    [ContextTransformation]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public ZProcContext? Context { get; set; }

    /// <summary>The context this call works in.</summary>
    internal ZProcContext TheContext => Context ?? ContextTable.Get();
}
