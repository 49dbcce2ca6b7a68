using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Get-ZProcess</c>: the processes that this session started.</summary>
[Cmdlet(VerbsCommon.Get, "ZProcess", DefaultParameterSetName = NameSet)]
[OutputType(typeof(ZProcess))]
public sealed class GetZProcessCommand : ZProcessCommand
{
    /// <summary>Names, with wildcards. Default: all.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public override string[] Name { get; set; } = [];

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
