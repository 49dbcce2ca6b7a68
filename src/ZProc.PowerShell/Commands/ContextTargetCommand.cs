using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;

namespace ZProc.Commands;

/// <summary>A command that works on contexts themselves: given ones, or the current one.</summary>
public abstract class ContextTargetCommand : ZProcCommand
{
    /// <summary>The context or its name. Default: the current context.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ValidateNotNull]
    [ContextTransformation]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public ZProcContext? Context { get; set; }

    /// <inheritdoc/>
    private protected override ZProcContext? GivenContext => Context;

    /// <summary>The context that this call works on.</summary>
    internal ZProcContext Target => Context ?? ContextTable.Get();

    /// <summary>Stops or leaves the target, after <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
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
