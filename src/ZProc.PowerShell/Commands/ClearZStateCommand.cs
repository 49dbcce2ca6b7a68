using System.Management.Automation;
using ZProc.Core.State;
using ZProc.State;

namespace ZProc.Commands;

/// <summary><c>Clear-ZState</c>: removes every key of a namespace, as one update.</summary>
[Cmdlet(VerbsCommon.Clear, "ZState", SupportsShouldProcess = true)]
public sealed class ClearZStateCommand : ZStateCommand
{
    /// <summary>Returns before the write is committed. A write that fails is an error of the next command, or of <c>Sync-ZState</c>.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Seconds to wait while another client has the namespace for an atomic block. Then nothing is changed: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        if (ShouldProcess(ResolvedNamespace, "Clear ZProc state"))
        {
            Write([new Change(ChangeKind.Clear, "")], NoWait, TimeoutSec);
        }
    }
}
