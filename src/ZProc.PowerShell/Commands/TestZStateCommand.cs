using System.Management.Automation;
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

        foreach (var typed in Key)
        {
            ForKey(typed, () =>
            {
                var key = TypedKey.Of(typed, name => ResolvedState.Find(name) is not null);
                WriteObject(key.Matches is { } matches ? ResolvedState.Keys().Any(matches.Invoke) : ResolvedState.Find(key.Name) is not null);
            });
        }
    }
}
