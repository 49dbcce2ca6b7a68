using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary>A command that waits for updates: the conditions are the same for all of them.</summary>
public abstract class WatchingCommand : ZStateCommand
{
    private protected const string ChangeSet = "Change";
    private protected const string EqualSet = "Equal";
    private protected const string NotEqualSet = "NotEqual";
    private protected const string WhenSet = "When";

    /// <summary>Keys, with wildcards. Default: all. A condition on several keys holds when it holds for each.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Keys taken as they are.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KeyCompleter))]
    public string[] LiteralKey { get; set; } = [];

    /// <summary>Keys that do not count, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
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

    /// <summary>Waits until this block, given the namespace as a dictionary in <c>$_</c>, outputs something true.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WhenSet)]
    public ScriptBlock? When { get; set; }

    /// <summary>The last revision already known: what came after it is seen first. Default: what comes from now on.</summary>
    [Parameter]
    public long? SinceRevision { get; set; }

    /// <summary>Sees only the newest update, and skips what happened while nobody looked.</summary>
    [Parameter]
    public SwitchParameter Live { get; set; }

    /// <summary>What is to be watched.</summary>
    private protected WatchSpec Spec(bool excludeSelf = false)
    {
        if (SinceRevision < 0)
        {
            throw new FaultException(Fault.InvalidArgument, $"There is no revision {SinceRevision}; they count from 0.", SinceRevision);
        }

        return new WatchSpec
        {
            Namespace = TheNamespace,
            Keys = Key,
            LiteralKeys = LiteralKey,
            ExcludeKeys = ExcludeKey,
            Condition = ParameterSetName switch
            {
                EqualSet => WatchCondition.Equal,
                NotEqualSet => WatchCondition.NotEqual,
                WhenSet => WatchCondition.When,
                _ => WatchCondition.Change,
            },
            Operand = PowerShellValues.Encode(ParameterSetName == NotEqualSet ? NotEqual : Equal),
            When = When?.ToString(),
            SinceRevision = SinceRevision,
            Live = Live,
            ExcludeSelf = excludeSelf,
        };
    }
}
