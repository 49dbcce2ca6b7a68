using System.Management.Automation;
using ZProc.Core.State;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Clear-ZState</c>: removes every key of a namespace, as one update.</summary>
[Cmdlet(VerbsCommon.Clear, "ZState", SupportsShouldProcess = true)]
public sealed class ClearZStateCommand : ZStateCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        if (ShouldProcess(TheNamespace, "Clear ZProc state"))
        {
            TheState.Commit([new Change(ChangeKind.Clear, "")]);
        }
    }
}
