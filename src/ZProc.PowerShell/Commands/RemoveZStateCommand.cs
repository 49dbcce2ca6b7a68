using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.PowerShell.Commands;

/// <summary><c>Remove-ZState</c>: removes keys, as one update. With <c>-PassThru</c> it outputs the removed values.</summary>
[Cmdlet(VerbsCommon.Remove, "ZState", SupportsShouldProcess = true, DefaultParameterSetName = "Key")]
public sealed class RemoveZStateCommand : StateKeysCommand
{
    /// <summary>Outputs the removed values.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var keys = new List<string>(LiteralKey);
        foreach (var key in Key)
        {
            if (KeyPatterns.IsPattern(key))
            {
                var matches = KeyPatterns.Matcher(key);
                keys.AddRange(TheState.Keys().Where(matches.Invoke));
            }
            else
            {
                keys.Add(WildcardPattern.Unescape(key));
            }
        }

        keys = [.. keys.Distinct(StringComparer.Ordinal)];
        if (keys.Count == 0 || !ShouldProcess(string.Join(", ", keys), "Remove ZProc state"))
        {
            return;
        }

        var removed = TheState.Commit([.. keys.Select(key => new Change(ChangeKind.Remove, key))]).Results;
        foreach (var (key, result) in keys.Zip(removed))
        {
            if (result.Before is not { } value)
            {
                WriteFault(new FaultException(Fault.KeyNotFound, $"The key '{key}' is not in the namespace '{TheNamespace}': there is nothing to remove.", key));
            }
            else if (PassThru)
            {
                WriteObject(PowerShellValues.Decode(value));
            }
        }
    }
}
