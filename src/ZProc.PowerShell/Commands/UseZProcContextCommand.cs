using System.Management.Automation;
using ZProc.Contexts;

namespace ZProc.Commands;

/// <summary>
/// <c>Use-ZProcContext { … }</c>: starts a context, runs the block in it with its output as it comes, and stops the
/// context whatever happens.
/// </summary>
[Cmdlet(VerbsOther.Use, "ZProcContext")]
public sealed class UseZProcContextCommand : NewContextCommand
{
    // One pipeline, so that it can be stepped; the block itself runs where it was written.
    private static readonly ScriptBlock Caller = ScriptBlock.Create("param($block) & $block");

    private ZProcContext? _context;

    /// <summary>What to run.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <inheritdoc/>
    protected override void End()
    {
        var before = ContextTable.FindChoice();
        IReadOnlyList<Core.FaultException> unmade;
        _context = StartContext();
        try
        {
            using var pipeline = Caller.GetSteppablePipeline(MyInvocation.CommandOrigin, [ScriptBlock]);
            pipeline.Begin(this);
            pipeline.Process();
            pipeline.End();
        }
        finally
        {
            unmade = ContextEnd.Stop(_context);
            if (before is { } choice && ContextTable.Everything.Contains(choice.Context))
            {
                ContextTable.Select(choice.Context, System.Management.Automation.Runspaces.Runspace.DefaultRunspace, choice.Namespace);
            }
        }

        // Not where the block itself failed: that is what its caller has to hear.
        foreach (var fault in unmade)
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
