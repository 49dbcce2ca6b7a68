using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Test-ZState</c>: whether a key is there; with wildcards, whether any is.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ZState", DefaultParameterSetName = "Key")]
[OutputType(typeof(bool))]
public sealed class TestZStateCommand : ZStateCommand
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

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var key in LiteralKey)
        {
            WriteObject(TheState.TryGet(key, out _));
        }

        foreach (var key in Key)
        {
            WriteObject(KeyPatterns.IsPattern(key)
                ? TheState.Keys().Any(KeyPatterns.Matcher(key).Invoke)
                : TheState.TryGet(WildcardPattern.Unescape(key), out _));
        }
    }
}
