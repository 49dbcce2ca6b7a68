using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.State;

namespace ZProc.Commands;

/// <summary>
/// <c>Remove-ZStateNamespace</c>: removes namespaces with their keys and their history, each as one update. Watchers of the
/// namespace go on, and see that the keys were removed. A later write makes the namespace again.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "ZStateNamespace", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
public sealed class RemoveZStateNamespaceCommand : NamespacesCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Names without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralName")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] LiteralName { get; set; } = [];

    /// <summary>Outputs of <c>Get-ZStateNamespace</c>.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public ZStateNamespace[] InputObject { get; set; } = [];

    /// <summary>Seconds to wait while another client has the namespace for an atomic block. Then nothing is changed: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        Add(Name);
        AddLiteral(LiteralName.Concat(InputObject.Select(one => one.Name)));
    }

    /// <inheritdoc/>
    protected override void End()
    {
        foreach (var info in Named().ToArray())
        {
            if (ShouldProcess(info.Name, "Remove ZProc namespace"))
            {
                Remove(info.Name);
            }
        }
    }

    private void Remove(string ns)
    {
        try
        {
            StateAccess.Of(ResolvedContext, ns, CurrentSource.Get(ResolvedContext), cancellation: StopToken).Commit(
                [new Change(ChangeKind.RemoveNamespace, "")], deadline: DeadlineOf(TimeoutSec));
        }
        catch (FaultException fault) when (fault.Fault == Fault.InvalidKey)
        {
            WriteFault(fault, ns); // a namespace of ZProc's own does not keep the others
        }
    }
}
