using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.State;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>A command that watches updates, with the conditions that all such commands have.</summary>
public abstract class WatchingCommand : ZStateCommand
{
    private protected const string ChangeSet = "Change";
    private protected const string EqualSet = "Equal";
    private protected const string NotEqualSet = "NotEqual";
    private protected const string NullSet = "Null";
    private protected const string NotNullSet = "NotNull";
    private protected const string TruthySet = "Truthy";
    private protected const string FalsySet = "Falsy";
    private protected const string AvailableSet = "Available";
    private protected const string RemovedSet = "Removed";
    private protected const string WhenSet = "When";

    /// <summary>The parameters that choose the updates, without those of the conditions.</summary>
    private protected static readonly IReadOnlyList<string> WatchParameters =
        [nameof(Context), nameof(Namespace), nameof(Key), nameof(LiteralKey), nameof(ExcludeKey), nameof(SinceRevision), nameof(Live), nameof(ExcludeSelf)];

    /// <summary>Keys, with wildcards. Default: all. A condition on several keys holds when it holds for every key.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Keys without wildcards.</summary>
    [Parameter]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] LiteralKey { get; set; } = [];

    /// <summary>Keys to leave out, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] ExcludeKey { get; set; } = [];

    /// <summary>Waits until the key has this value, which it may have already. Numbers compare by value, containers by their contents.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EqualSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Equal { get; set; }

    /// <summary>Waits until the key has a value other than this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NotEqualSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? NotEqual { get; set; }

    /// <summary>Waits until the key exists and is null.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NullSet)]
    public SwitchParameter Null { get; set; }

    /// <summary>Waits until the key exists and is not null.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NotNullSet)]
    public SwitchParameter NotNull { get; set; }

    /// <summary>Waits until the key exists and PowerShell takes its value for true: not 0, not empty, not null.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TruthySet)]
    public SwitchParameter Truthy { get; set; }

    /// <summary>Waits until the key exists and PowerShell takes its value for false.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FalsySet)]
    public SwitchParameter Falsy { get; set; }

    /// <summary>Waits until the key exists.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AvailableSet)]
    public SwitchParameter Available { get; set; }

    /// <summary>Waits until the key is removed; of several keys, until one is removed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RemovedSet)]
    public SwitchParameter Removed { get; set; }

    /// <summary>
    /// Waits until this block outputs a true value. The block has the namespace as a dictionary in <c>$_</c> and in <c>$State</c>, and
    /// as its first argument when there is no <c>-ArgumentList</c>.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = WhenSet)]
    public ScriptBlock? When { get; set; }

    /// <summary>Arguments for the block of <c>-When</c>.</summary>
    [Parameter(ParameterSetName = WhenSet)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ArgumentList { get; set; }

    /// <summary>The last known revision: later updates are seen first. Default: only updates from now on are seen.</summary>
    [Parameter]
    [ValidateNotNull]
    public long? SinceRevision { get; set; }

    /// <summary>Sees only the newest update, and skips older ones that were not read in time.</summary>
    [Parameter]
    public SwitchParameter Live { get; set; }

    /// <summary>Leaves out updates that the watching session, process or action itself makes.</summary>
    [Parameter]
    public SwitchParameter ExcludeSelf { get; set; }

    /// <summary>Refuses a wait without a timeout, inside an atomic block, for updates of the namespace that the block locks.</summary>
    /// <exception cref="FaultException">NestedUpdate.</exception>
    private protected static void CheckEnds(double? seconds, ZProcContext context, string ns)
    {
        if (seconds is null && AtomicState.Current is { } block && block.IsOf(context, ns))
        {
            throw new FaultException(
                Fault.NestedUpdate,
                $"No client can change the namespace '{ns}' while this atomic block runs, so the wait would never end. Wait before or after the block.",
                ns);
        }
    }

    /// <summary>Waits for the next update of a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="deadline">The deadline of the wait.</param>
    /// <param name="late">The time that a script takes after the deadline.</param>
    /// <returns>The update; null at the deadline.</returns>
    private protected ZStateUpdate? Read(WatchSession session, Deadline deadline, LateTime late)
    {
        ZStateUpdate? update = null;
        while (!Waits.Once(token => update = session.Read(deadline, late, token)))
        {
            // Looks without a wait, too: events that come without a pause must not hide an update or the deadline.
            if (session.TryRead(out update, late) || deadline.Passed)
            {
                return update ?? session.Read(deadline, late, StopToken);
            }
        }

        return update;
    }

    /// <summary>What is to be watched.</summary>
    private protected WatchSpec Spec()
    {
        if (SinceRevision < 0)
        {
            throw new FaultException(Fault.InvalidArgument, $"There is no revision {SinceRevision}. Revisions count from 0.", SinceRevision);
        }

        CheckKeys(Key, nameof(Key));
        CheckKeys(LiteralKey, nameof(LiteralKey));
        if (ExcludeKey is null || Array.Exists(ExcludeKey, string.IsNullOrEmpty))
        {
            throw new FaultException(Fault.InvalidKey, $"-{nameof(ExcludeKey)}: a key has at least one character. Leave the parameter out to leave out no key.");
        }

        var chosen = Key.Select(Meaning).ToArray();
        return new WatchSpec
        {
            Namespace = ResolvedNamespace,
            Command = MyInvocation.MyCommand.Name,
            Keys = [.. chosen.Where(static key => key.Matches is not null).Select(static key => key.Name)],
            LiteralKeys = [.. LiteralKey, .. chosen.Where(static key => key.Matches is null).Select(static key => key.Name)],
            ExcludeKeys = [.. ExcludeKey.Select(Meaning).Select(static key => key.Matches is null ? WildcardPattern.Escape(key.Name) : key.Name)],
            Condition = ParameterSetName switch
            {
                EqualSet => ConditionKind.Equal,
                NotEqualSet => ConditionKind.NotEqual,
                NullSet => IfSet(Null, ConditionKind.Null),
                NotNullSet => IfSet(NotNull, ConditionKind.NotNull),
                TruthySet => IfSet(Truthy, ConditionKind.Truthy),
                FalsySet => IfSet(Falsy, ConditionKind.Falsy),
                AvailableSet => IfSet(Available, ConditionKind.Available),
                RemovedSet => IfSet(Removed, ConditionKind.Removed),
                WhenSet => ConditionKind.When,
                _ => ConditionKind.Change,
            },
            Operand = PowerShellValues.Encode(ParameterSetName == NotEqualSet ? NotEqual : Equal, ResolvedContext.Client.Limits.ValueLimits),
            When = When is null ? null : WhenScript.Of(When, SessionState, ArgumentList),
            SinceRevision = SinceRevision,
            Live = Live,
            ExcludeSelf = ExcludeSelf,
        };
    }

    // Keys that a script computes may be none. A watch without keys is on all of them, which such a script does not mean.
    private void CheckKeys(string[]? keys, string parameter)
    {
        if (keys is null || Array.Exists(keys, string.IsNullOrEmpty))
        {
            throw new FaultException(Fault.InvalidKey, $"-{parameter}: a key has at least one character. Leave the parameter out for all keys.");
        }

        if (keys.Length == 0 && MyInvocation.BoundParameters.ContainsKey(parameter))
        {
            throw new FaultException(Fault.InvalidKey, $"-{parameter}: the list has no key. Leave the parameter out for all keys.");
        }
    }

    private TypedKey Meaning(string key) => TypedKey.Of(key, name => ResolvedState.Find(name) is not null);

    // -Null:$false is the same as no condition.
    private static ConditionKind IfSet(SwitchParameter isSet, ConditionKind condition) => isSet ? condition : ConditionKind.Change;
}
