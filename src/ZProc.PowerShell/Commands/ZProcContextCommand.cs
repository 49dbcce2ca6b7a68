using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;

namespace ZProc.Commands;

/// <summary>A command that works in a context: a given one, or the current one.</summary>
public abstract class ZProcContextCommand : ZProcCommand
{
    /// <summary>The context or its name. Default: the current context.</summary>
    [Parameter]
    [ValidateNotNull]
    [ContextTransformation]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public ZProcContext? Context { get; set; }

    /// <inheritdoc/>
    private protected override ZProcContext? GivenContext => Context;

    /// <summary>The context that this call works in.</summary>
    internal ZProcContext ResolvedContext => Context ?? ContextTable.Get();
}
