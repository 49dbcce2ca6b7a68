using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.State;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>A command that waits for updates: the conditions are the same for all of them.</summary>
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

    /// <summary>The parameters that say what is watched, but for the conditions.</summary>
    private protected static readonly IReadOnlyList<string> WatchParameters =
        [nameof(Context), nameof(Namespace), nameof(Key), nameof(LiteralKey), nameof(ExcludeKey), nameof(SinceRevision), nameof(Live), nameof(ExcludeSelf)];

    /// <summary>Keys, with wildcards. Default: all. A condition on several keys holds when it holds for each.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [KeyTransformation]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Keys taken as they are.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] LiteralKey { get; set; } = [];

    /// <summary>Keys that do not count, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] ExcludeKey { get; set; } = [];

    /// <summary>Waits until the key has this value; true at once if it has. Numbers compare by value, containers deeply.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EqualSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Equal { get; set; }

    /// <summary>Waits until the key has another value than this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NotEqualSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? NotEqual { get; set; }

    /// <summary>Waits until the key is there and null.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NullSet)]
    public SwitchParameter Null { get; set; }

    /// <summary>Waits until the key is there and not null.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NotNullSet)]
    public SwitchParameter NotNull { get; set; }

    /// <summary>Waits until the key is there and true, as PowerShell takes it: not 0, not empty, not null.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TruthySet)]
    public SwitchParameter Truthy { get; set; }

    /// <summary>Waits until the key is there and false, as PowerShell takes it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FalsySet)]
    public SwitchParameter Falsy { get; set; }

    /// <summary>Waits until the key is there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AvailableSet)]
    public SwitchParameter Available { get; set; }

    /// <summary>Waits until the key is removed. Of several, until one is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RemovedSet)]
    public SwitchParameter Removed { get; set; }

    /// <summary>
    /// Waits until this block outputs something true. It is given the namespace as a dictionary in <c>$_</c> and in
    /// <c>$State</c>, and as its first argument where there is no <c>-ArgumentList</c>.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = WhenSet)]
    public ScriptBlock? When { get; set; }

    /// <summary>Arguments for the block of <c>-When</c>.</summary>
    [Parameter(ParameterSetName = WhenSet)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ArgumentList { get; set; }

    /// <summary>The last revision already known: what came after it is seen first. Default: what comes from now on.</summary>
    [Parameter]
    public long? SinceRevision { get; set; }

    /// <summary>Sees only the newest update, and skips what happened while nobody looked.</summary>
    [Parameter]
    public SwitchParameter Live { get; set; }

    /// <summary>Does not see the updates that the watching session, process or action itself makes.</summary>
    [Parameter]
    public SwitchParameter ExcludeSelf { get; set; }

    /// <summary>Refuses to wait without end inside an atomic block for what can only happen after it.</summary>
    /// <exception cref="FaultException">NestedUpdate.</exception>
    private protected static void CheckEnds(double? seconds, ZProcContext context, string ns)
    {
        if (seconds is null && AtomicState.Current is { } block && block.IsOf(context, ns))
        {
            throw new FaultException(
                Fault.NestedUpdate,
                $"Nobody can change the namespace '{ns}' while this atomic block has its turn: waiting for that would never end. Wait before or after the block.",
                ns);
        }
    }

    /// <summary>What is to be watched.</summary>
    private protected WatchSpec Spec()
    {
        if (SinceRevision < 0)
        {
            throw new FaultException(Fault.InvalidArgument, $"There is no revision {SinceRevision}; they count from 0.", SinceRevision);
        }

        foreach (var (keys, parameter) in new[] { (Key, nameof(Key)), (LiteralKey, nameof(LiteralKey)), (ExcludeKey, nameof(ExcludeKey)) })
        {
            if (keys is null || Array.Exists(keys, string.IsNullOrEmpty))
            {
                throw new FaultException(Fault.InvalidKey, $"-{parameter}: a key has at least one character. Leave the parameter out to mean all keys.");
            }
        }

        return new WatchSpec
        {
            Namespace = TheNamespace,
            Keys = Key,
            LiteralKeys = LiteralKey,
            ExcludeKeys = ExcludeKey,
            Condition = ParameterSetName switch
            {
                EqualSet => ConditionKind.Equal,
                NotEqualSet => ConditionKind.NotEqual,
                NullSet => Asked(Null, ConditionKind.Null),
                NotNullSet => Asked(NotNull, ConditionKind.NotNull),
                TruthySet => Asked(Truthy, ConditionKind.Truthy),
                FalsySet => Asked(Falsy, ConditionKind.Falsy),
                AvailableSet => Asked(Available, ConditionKind.Available),
                RemovedSet => Asked(Removed, ConditionKind.Removed),
                WhenSet => ConditionKind.When,
                _ => ConditionKind.Change,
            },
            Operand = PowerShellValues.Encode(ParameterSetName == NotEqualSet ? NotEqual : Equal, TheContext.Client.Limits.ValueLimits),
            When = When is null ? null : WhenScript.Of(When, SessionState, ArgumentList),
            SinceRevision = SinceRevision,
            Live = Live,
            ExcludeSelf = ExcludeSelf,
        };
    }

    // -Null:$false is as good as none.
    private static ConditionKind Asked(SwitchParameter asked, ConditionKind condition) => asked ? condition : ConditionKind.Change;
}
