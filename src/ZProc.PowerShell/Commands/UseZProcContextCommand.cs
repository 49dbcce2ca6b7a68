using System.Management.Automation;
using ZProc.Contexts;

namespace ZProc.Commands;

/// <summary>
/// <c>Use-ZProcContext { … }</c>: starts a context, runs the block in it, and stops the context when the block ends in any way. The
/// block's output comes as it is written.
/// </summary>
[Cmdlet(VerbsOther.Use, "ZProcContext", SupportsShouldProcess = true)]
public sealed class UseZProcContextCommand : NewContextCommand
{
    // A steppable pipeline is one command. The block itself runs in the scope where it was written.
    private static readonly ScriptBlock Caller = ScriptBlock.Create("param($block) & $block");

    private ZProcContext? _context;

    /// <summary>The block to run.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <inheritdoc/>
    protected override void End()
    {
        var before = ContextTable.FindChoice();
        IReadOnlyList<Core.FaultException> failedWrites;
        _context = StartContext();
        if (_context is null)
        {
            return;
        }

        try
        {
            using var pipeline = Caller.GetSteppablePipeline(MyInvocation.CommandOrigin, [ScriptBlock]);
            pipeline.Begin(this);
            pipeline.Process();
            pipeline.End();
        }
        finally
        {
            failedWrites = ContextEnd.Stop(_context);
            if (before is { } choice && ContextTable.Everything.Contains(choice.Context))
            {
                ContextTable.Select(choice.Context, System.Management.Automation.Runspaces.Runspace.DefaultRunspace, choice.Namespace);
            }
        }

        // Where the block itself failed, its error is the one that counts.
        foreach (var fault in failedWrites)
        {
            WriteFault(fault);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _context is not null)
        {
            ContextEnd.Stop(_context);
        }

        base.Dispose(disposing);
    }
}
