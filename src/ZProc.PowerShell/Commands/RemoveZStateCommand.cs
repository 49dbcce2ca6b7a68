using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.State;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary><c>Remove-ZState</c>: removes keys, as one update. With <c>-PassThru</c> it outputs the removed values.</summary>
[Cmdlet(VerbsCommon.Remove, "ZState", SupportsShouldProcess = true, DefaultParameterSetName = EntrySet)]
public sealed class RemoveZStateCommand : StateKeysCommand
{
    /// <summary>Outputs the removed values.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Returns before the write is committed, and does not report missing keys.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Seconds to wait while another client has the namespace for an atomic block. Then nothing is changed: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (NoWait && PassThru)
        {
            throw new FaultException(Fault.InvalidArgument, "-PassThru needs the outcome, and -NoWait does not wait for it. Use one of them.");
        }

        var keys = new List<string>();
        var found = new List<string>(); // by wildcards: such a key may be gone meanwhile
        foreach (var key in LiteralKeys)
        {
            Add(keys, key);
        }

        foreach (var typed in Key)
        {
            ForKey(typed, () =>
            {
                var key = TypedKey.Of(typed, name => ResolvedState.Find(name) is not null);
                if (key.Matches is { } matches)
                {
                    found.AddRange(ResolvedState.Keys().Where(matches.Invoke));
                }
                else
                {
                    Add(keys, key.Name);
                }
            });
        }

        var named = keys.ToHashSet(StringComparer.Ordinal);
        keys = [.. keys.Concat(found).Distinct(StringComparer.Ordinal)];
        if (keys.Count == 0 || !ShouldProcess(string.Join(", ", keys), "Remove ZProc state"))
        {
            return;
        }

        if (Write([.. keys.Select(key => new Change(ChangeKind.Remove, key))], NoWait, TimeoutSec) is not { } done)
        {
            return;
        }

        foreach (var (key, result) in keys.Zip(done.Results))
        {
            if (result.Before is not { } value)
            {
                if (!named.Contains(key))
                {
                    continue;
                }

                var state = StateAccess.Of(ResolvedContext, ResolvedNamespace, CurrentSource.Get(ResolvedContext), cancellation: StopToken);
                WriteFault(new FaultException(
                    Fault.KeyNotFound,
                    $"The key '{key}' is not in the namespace '{ResolvedNamespace}', so there is nothing to remove.{KeySuggestion.Sentence(state, key)}",
                    key));
            }
            else if (PassThru)
            {
                WriteObject(PowerShellValues.Decode(key, value));
            }
        }
    }

    private void Add(List<string> keys, string key) => ForKey(key, () =>
    {
        KeyName.Check(key);
        keys.Add(key);
    });
}
