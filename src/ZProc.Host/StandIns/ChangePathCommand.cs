namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands share that do one thing to each path, if they may.</summary>
public abstract class ChangePathCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>What is done, as -WhatIf tells it.</summary>
    private protected abstract string Action { get; }

    protected sealed override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            if (ShouldProcess(TargetOf(path), Action))
                Try(() => Change(path), path);
        }
    }

    /// <summary>What it is done to, as -WhatIf tells it.</summary>
    private protected virtual string TargetOf(string path) => path;

    private protected abstract void Change(string path);
}
