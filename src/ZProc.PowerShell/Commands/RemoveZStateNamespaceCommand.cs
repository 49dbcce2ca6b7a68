using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.Processes;
using ZProc.State;

namespace ZProc.Commands;

/// <summary>
/// <c>Remove-ZStateNamespace</c>: removes namespaces with their keys, each as one update, and with their history. Watchers
/// go on and see the keys go; writing to a namespace makes it anew.
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

    /// <summary>Names taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralName")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] LiteralName { get; set; } = [];

    /// <summary>What <c>Get-ZStateNamespace</c> outputs.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public ZStateNamespace[] InputObject { get; set; } = [];

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
            StateAccess.Of(TheContext, ns, CurrentSource.Get(TheContext), cancellation: StopToken).Commit([new Change(ChangeKind.RemoveNamespace, "")]);
        }
        catch (FaultException fault) when (fault.Fault == Fault.InvalidKey)
        {
            WriteFault(fault, ns); // one that is ours does not keep the others
        }
    }
}
