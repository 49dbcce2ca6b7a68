using System.Management.Automation;
using ZProc.Completers;
using ZProc.State;

namespace ZProc.Commands;

/// <summary>A command on keys that are given or piped, with wildcards, or taken as they are.</summary>
public abstract class StateKeysCommand : ZStateCommand
{
    // The default set: the binder tries it first, so that an entry's key is never taken for a pattern.
    private protected const string EntrySet = "InputObject";

    /// <summary>Keys, with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Key", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Keys taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralKey")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] LiteralKey { get; set; } = [];

    /// <summary>What <c>Get-ZState -Detailed</c> outputs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EntrySet, ValueFromPipeline = true)]
    public ZStateEntry[] InputObject { get; set; } = [];

    /// <summary>The keys of this call that are taken as they are.</summary>
    private protected IEnumerable<string> LiteralKeys => LiteralKey.Concat(InputObject.Select(entry => entry.Key));
}
