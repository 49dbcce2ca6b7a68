using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary>A command on keys that are given or piped, with wildcards, or taken as they are.</summary>
public abstract class StateKeysCommand : ZStateCommand
{
    /// <summary>Keys, with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Key", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Keys taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralKey")]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] LiteralKey { get; set; } = [];
}
