using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;

namespace ZProc.Commands;

/// <summary><c>Get-ZProcContext</c>: the contexts of this session.</summary>
[Cmdlet(VerbsCommon.Get, "ZProcContext")]
[OutputType(typeof(ZProcContext))]
public sealed class GetZProcContextCommand : ZProcCommand
{
    /// <summary>Names, with wildcards. Default: all.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void End() => WriteObject(
        Finder.ByName(ContextTable.All, Name, context => context.Name, (name, proposal) => WriteFault(
            new FaultException(Fault.NoContext, $"This session has no ZProc context named '{name}'.{proposal}", name))),
        enumerateCollection: true);
}
