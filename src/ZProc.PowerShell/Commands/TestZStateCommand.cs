using System.Management.Automation;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary><c>Test-ZState</c>: whether a key exists; with wildcards, whether any matching key exists.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ZState", DefaultParameterSetName = EntrySet)]
[OutputType(typeof(bool))]
public sealed class TestZStateCommand : StateKeysCommand
{
    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var key in LiteralKeys)
        {
            ForKey(key, () => WriteObject(ResolvedState.Find(key) is not null));
        }

        foreach (var key in Key)
        {
            ForKey(key, () => WriteObject(KeyPatterns.IsPattern(key)
                ? ResolvedState.Keys().Any(KeyPatterns.Matcher(key).Invoke)
                : ResolvedState.Find(WildcardPattern.Unescape(key)) is not null));
        }
    }
}
