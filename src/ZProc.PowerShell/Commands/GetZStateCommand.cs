using System.Collections.Specialized;
using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>
/// <c>Get-ZState</c>: the value of one key; for several keys, wildcards or no key, an ordered dictionary of their values. Outputs
/// the current state, the state at a revision, or the updates.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ZState", DefaultParameterSetName = KeySet)]
[OutputType(typeof(object), typeof(OrderedDictionary), typeof(ZStateEntry), ParameterSetName = [KeySet, LiteralKeySet])]
[OutputType(typeof(ZStateUpdate), ParameterSetName = [HistorySet, LiteralHistorySet])]
public sealed class GetZStateCommand : ZStateCommand
{
    private const string KeySet = "Key";
    private const string LiteralKeySet = "LiteralKey";
    private const string HistorySet = "History";
    private const string LiteralHistorySet = "LiteralKeyHistory";

    private readonly List<string> _piped = [];

    /// <summary>Keys, with wildcards. Default: the whole namespace.</summary>
    [Parameter(Position = 0, ParameterSetName = KeySet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = HistorySet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[]? Key { get; set; }

    /// <summary>Keys without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralKeySet)]
    [Parameter(Mandatory = true, ParameterSetName = LiteralHistorySet)]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[]? LiteralKey { get; set; }

    /// <summary>The output for a missing key, instead of an error.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = LiteralKeySet)]
    [AllowNull]
    public object? Default { get; set; }

    /// <summary>Outputs the state at this revision. A revision that is no longer kept is the error <c>ZProc.Compacted</c>.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = LiteralKeySet)]
    [ValidateNotNull]
    public long? Revision { get; set; }

    /// <summary>Outputs the kept updates of the keys, or of all keys, oldest first.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HistorySet)]
    [Parameter(Mandatory = true, ParameterSetName = LiteralHistorySet)]
    public SwitchParameter History { get; set; }

    /// <summary>Outputs an object for each key: <c>Key</c>, <c>Value</c>, <c>Revision</c>, <c>Updated</c>.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = LiteralKeySet)]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Reads from the server even where this process has a copy of the namespace.</summary>
    [Parameter]
    public SwitchParameter Fresh { get; set; }

    /// <inheritdoc/>
    protected override void Process() => _piped.AddRange(Key ?? []);

    /// <inheritdoc/>
    protected override void End()
    {
        if ((Key is null && MyInvocation.BoundParameters.ContainsKey(nameof(Key))) || _piped.Contains(null!))
        {
            throw new FaultException(Fault.InvalidKey, "A key is $null. Give keys with at least one character, or leave -Key out to read the whole namespace.");
        }

        var state = Revision is { } revision
            ? new PastState(ResolvedContext, ResolvedNamespace, revision, Detailed, StopToken)
            : StateAccess.Of(ResolvedContext, ResolvedNamespace, CurrentSource.Get(ResolvedContext), Fresh, Transfer, StopToken);
        var typed = LiteralKey ?? (MyInvocation.ExpectingInput || Key is not null ? _piped.ToArray() : null);
        if (typed is [] && (History || Detailed))
        {
            return; // the pipeline was empty
        }

        if (History)
        {
            WriteHistory(state, typed ?? []);
            return;
        }

        var keys = typed?.Select(key => MeaningOf(key, name => state.Find(name) is not null)).ToArray();
        if (keys is [{ Matches: null } only])
        {
            ForKey(only.Name, () =>
            {
                var entry = Find(state, only);
                if (!Detailed)
                {
                    LostChanges.Check(entry.Key, entry.Value);
                }

                WriteObject(Detailed ? entry : entry.Value);
            });
        }
        else if (Detailed)
        {
            WriteObject(keys is null ? state.Entries() : Chosen(state, keys), enumerateCollection: true);
        }
        else
        {
            WriteObject(StateChanges.ToDictionary(keys is null ? state.Entries() : Chosen(state, keys)));
        }
    }

    /// <summary>The entries of the keys and wildcards, in the order given, each once.</summary>
    private List<ZStateEntry> Chosen(StateAccess state, TypedKey[] keys)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var chosen = new List<ZStateEntry>();
        var all = Array.Exists(keys, static key => key.Matches is not null) ? state.Entries().ToArray() : [];
        foreach (var key in keys)
        {
            if (key.Matches is { } matches)
            {
                chosen.AddRange(all.Where(entry => matches(entry.Key) && known.Add(entry.Key)));
                continue;
            }

            ForKey(key.Name, () =>
            {
                if (Find(state, key) is var entry && known.Add(entry.Key))
                {
                    chosen.Add(entry);
                }
            });
        }

        return chosen;
    }

    private void WriteHistory(StateAccess state, string[] typed)
    {
        var all = ResolvedContext.Client.GetUpdates(ResolvedNamespace, since: null, StopToken).Updates;
        var keys = typed.Select(key => MeaningOf(key, name => all.Any(update => update.Find(name) is not null) || state.Find(name) is not null)).ToArray();
        foreach (var key in keys)
        {
            KeyName.Check(key.Name);
        }

        var filter = new KeyFilter(
            keys.Where(static key => key.Matches is null).Select(static key => key.Name), keys.Select(static key => key.Matches).OfType<Predicate<string>>());
        var updates = all.Where(filter.Matches).ToArray();
        foreach (var key in keys.Where(static key => key.Matches is null))
        {
            ForKey(key.Name, () =>
            {
                if (!updates.Any(update => update.Find(key.Name) is not null))
                {
                    Find(state, key); // a key without updates that does not exist either is an error
                }
            });
        }

        foreach (var update in updates)
        {
            WriteObject(new ZStateUpdate(update, filter));
        }
    }

    private TypedKey MeaningOf(string key, Predicate<string> exists) => LiteralKey is null ? TypedKey.Of(key, exists) : TypedKey.Literal(key);

    private ZStateEntry Find(StateAccess state, TypedKey key) =>
        state.Find(key.Name)
        ?? (MyInvocation.BoundParameters.ContainsKey(nameof(Default)) ? new ZStateEntry(key.Name, Default) : throw Missing(state, key.Name));

    private FaultException Missing(StateAccess state, string key) => new(
        Fault.KeyNotFound,
        History ? $"The key '{key}' is not in the namespace '{state.Namespace}', and no kept update is about it.{KeySuggestion.Sentence(state, key)}"
            : Revision is { } revision
            ? $"The key '{key}' was not in the namespace '{state.Namespace}' at revision {revision}.{KeySuggestion.Sentence(state, key)} Give -Default for a value to use instead."
            : $"The key '{key}' is not in the namespace '{state.Namespace}'.{KeySuggestion.Sentence(state, key)} Give -Default for a value to use instead, or wait for it with Wait-ZState.",
        key);
}
