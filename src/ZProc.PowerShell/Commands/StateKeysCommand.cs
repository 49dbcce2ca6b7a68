using System.Management.Automation;
using ZProc.Completers;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>A command that works on keys, given or piped, with or without wildcards.</summary>
public abstract class StateKeysCommand : ZStateCommand
{
    // The default set: the binder tries it first, so the key of a piped entry is never a pattern.
    private protected const string EntrySet = "InputObject";

    /// <summary>Keys, with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Key", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [SupportsWildcards]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Keys without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralKey")]
    [AllowEmptyString]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] LiteralKey { get; set; } = [];

    /// <summary>Outputs of <c>Get-ZState -Detailed</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EntrySet, ValueFromPipeline = true)]
    public ZStateEntry[] InputObject { get; set; } = [];

    /// <summary>The keys of this call that have no wildcards.</summary>
    private protected IEnumerable<string> LiteralKeys => LiteralKey.Concat(InputObject.Select(entry => entry.Key));
}
