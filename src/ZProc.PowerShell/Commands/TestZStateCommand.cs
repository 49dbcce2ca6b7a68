using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Test-ZState</c>: whether a key is there; with wildcards, whether any is.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ZState", DefaultParameterSetName = "Key")]
[OutputType(typeof(bool))]
public sealed class TestZStateCommand : StateKeysCommand
{
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
