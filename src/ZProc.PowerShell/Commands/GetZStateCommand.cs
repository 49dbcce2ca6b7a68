using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary>
/// <c>Get-ZState</c>: the value of a key; of several keys or wildcards, and of none for all, an ordered dictionary.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ZState", DefaultParameterSetName = "Key")]
public sealed class GetZStateCommand : ZStateCommand
{
    private readonly List<string> _piped = [];

    /// <summary>Keys, with wildcards. Default: the whole namespace.</summary>
    [Parameter(Position = 0, ParameterSetName = "Key", ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[]? Key { get; set; }

    /// <summary>Keys taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralKey")]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[]? LiteralKey { get; set; }

    /// <summary>What to output for a missing key, instead of an error.</summary>
    [Parameter]
    public object? Default { get; set; }

    /// <summary>Asks the server even where this process has a copy.</summary>
    [Parameter]
    public SwitchParameter Fresh { get; set; }

    /// <inheritdoc/>
    protected override void Process() => _piped.AddRange(Key ?? []);

    /// <inheritdoc/>
    protected override void End()
    {
        var state = StateAccess.Of(TheContext, TheNamespace, CurrentSource.Get(TheContext), Fresh, StopToken);
        var keys = LiteralKey ?? (MyInvocation.ExpectingInput || Key is not null ? _piped.ToArray() : null);
        if (keys is [var only] && !IsPattern(only))
        {
            ForKey(only, () => WriteObject(Find(state, only)));
            return;
        }

        var found = new Dictionary<string, object?>(StringComparer.Ordinal);
        var order = new List<string>();
        var all = keys is null || keys.Any(IsPattern) ? state.Entries().ToArray() : [];
        foreach (var key in keys ?? ["*"])
        {
            if (IsPattern(key))
            {
                var matches = KeyPatterns.Matcher(key);
                foreach (var pair in all.Where(pair => matches(pair.Key)))
                {
                    Add(pair.Key, pair.Value);
                }
            }
            else
            {
                ForKey(key, () => Add(key, Find(state, key)));
            }
        }

        WriteObject(StateChanges.ToDictionary(order.Select(key => new KeyValuePair<string, object?>(key, found[key]))));

        void Add(string key, object? value)
        {
            if (found.TryAdd(key, value))
            {
                order.Add(key);
            }
        }
    }

    private bool IsPattern(string key) => LiteralKey is null && KeyPatterns.IsPattern(key);

    private object? Find(StateAccess state, string key) =>
        state.TryGet(LiteralKey is null ? WildcardPattern.Unescape(key) : key, out var value) ? value
        : MyInvocation.BoundParameters.ContainsKey(nameof(Default)) ? Default
        : throw new FaultException(
            Fault.KeyNotFound,
            $"The key '{key}' is not in the namespace '{state.Namespace}'. Give -Default for a value to use instead, or wait for it with Wait-ZState.",
            key);
}
