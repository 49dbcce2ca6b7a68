using System.Management.Automation;
using ZProc.Completers;
using ZProc.Servers;

namespace ZProc.Commands;

/// <summary><c>Get-ZProcServer</c>: the servers of this user on this machine that run in a process of their own.</summary>
[Cmdlet(VerbsCommon.Get, "ZProcServer")]
[OutputType(typeof(ZProcServer))]
public sealed class GetZProcServerCommand : ServerCommand
{
    /// <summary>Names, with wildcards. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServerNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process() => WriteObject(Named(Name), enumerateCollection: true);
}
