using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.State;

namespace ZProc.Commands;

/// <summary><c>Get-ZStateNamespace</c>: the namespaces that have been written to. The names of ZProc's own namespaces begin with <c>$</c>, and a pattern has to begin
/// with <c>$</c> to find them.</summary>
[Cmdlet(VerbsCommon.Get, "ZStateNamespace")]
[OutputType(typeof(ZStateNamespace))]
public sealed class GetZStateNamespaceCommand : NamespacesCommand
{
    /// <summary>Names, with wildcards. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process() => Add(Name);

    /// <inheritdoc/>
    protected override void End()
    {
        var current = ContextTable.NamespaceOf(ResolvedContext);
        foreach (var info in Named())
        {
            WriteObject(new ZStateNamespace(info, info.Name == current));
        }
    }
}
