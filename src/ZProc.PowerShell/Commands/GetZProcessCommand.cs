using System.Management.Automation;
using ZProc.Completers;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary><c>Get-ZProcess</c>: the processes that this session started, or all processes of the context.</summary>
[Cmdlet(VerbsCommon.Get, "ZProcess", DefaultParameterSetName = NameSet)]
[OutputType(typeof(ZProcess))]
public sealed class GetZProcessCommand : ZProcessCommand
{
    /// <summary>Names, with wildcards. Default: all.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public override string[] Name { get; set; } = [];

    /// <summary>Also outputs the processes of other sessions.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    private protected override IEnumerable<ZProcess> Known() => All ? base.Known().Union(ResolvedContext.RemoteProcesses.All(StopToken)) : base.Known();

    /// <inheritdoc/>
    protected override void End()
    {
        if (ParameterSetName == NameSet && Name.Length == 0)
        {
            Name = ["*"];
        }

        foreach (var process in Named())
        {
            WriteObject(process);
        }
    }
}
