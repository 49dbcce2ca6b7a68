using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary>
/// <c>Use-ZProcContext { … }</c>: starts a context, runs the block in it with its output as it comes, and stops the
/// context whatever happens.
/// </summary>
[Cmdlet(VerbsOther.Use, "ZProcContext")]
public sealed class UseZProcContextCommand : ZProcCommand
{
    // One pipeline, so that it can be stepped; the block itself runs where it was written.
    private static readonly ScriptBlock Caller = ScriptBlock.Create("param($block) & $block");

    private ZProcContext? _context;

    /// <summary>What to run.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>What to call the context.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The namespace that is current in it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var before = ContextTable.Find();
        _context = ContextFactory.Start(Name, Namespace, endpoint: null);
        try
        {
            using var pipeline = Caller.GetSteppablePipeline(MyInvocation.CommandOrigin, [ScriptBlock]);
            pipeline.Begin(this);
            pipeline.Process();
            pipeline.End();
        }
        finally
        {
            ContextFactory.Stop(_context);
            if (before is not null)
            {
                ContextTable.Select(before, System.Management.Automation.Runspaces.Runspace.DefaultRunspace);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _context is not null)
        {
            ContextFactory.Stop(_context);
        }

        base.Dispose(disposing);
    }
}
