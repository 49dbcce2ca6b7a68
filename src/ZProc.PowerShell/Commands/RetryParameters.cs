using System.Management.Automation;
using System.Reflection;
using ZProc.Completers;
using ZProc.Core.Processes;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Values;

namespace ZProc.Commands;

/// <summary>What commands that start processes say about failed attempts: the same for all of them.</summary>
public sealed class RetryParameters
{
    private const int DefaultCount = 3;

    /// <summary>Their names.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        typeof(RetryParameters).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).ToArray();

    /// <summary>
    /// Which failures are retried: exception types or their names, <c>Exit</c> for a process that died or returned an exit
    /// code other than 0, or a signal such as <c>SIGKILL</c>. Default: every failure.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RetryForCompleter))]
    public object[] RetryFor { get; set; } = [];

    /// <summary>How many retries there are at most; -1 for any number. Default: none, or 3 where <c>-RetryFor</c> is given.</summary>
    [Parameter]
    [ValidateRange(-1, int.MaxValue)]
    public int? MaximumRetryCount { get; set; }

    /// <summary>Seconds before the first retry. Default: 5.</summary>
    [Parameter]
    [Alias("RetryIntervalSeconds")]
    [ValidateRange(0.0, 2_000_000.0)]
    public double RetryIntervalSec { get; set; } = 5;

    /// <summary>By how much each interval is longer than the one before: 2 doubles it each time. Default: 1.</summary>
    [Parameter]
    [ValidateRange(1.0, 1000.0)]
    public double RetryBackoff { get; set; } = 1;

    /// <summary>By which share of itself an interval is at most shorter or longer, at random: from 0 to 1. Default: 0.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double RetryJitter { get; set; }

    /// <summary>The longest interval in seconds. Default: no bound.</summary>
    [Parameter]
    [ValidateRange(0.0, 2_000_000.0)]
    public double? MaximumRetryIntervalSec { get; set; }

    /// <summary>Counts only failures of so many last seconds: gives up after that many within them. Default: all count.</summary>
    [Parameter]
    [ValidateRange(0.001, 2_000_000.0)]
    public double? RetryWindowSec { get; set; }

    /// <summary>What the script gets as <c>$Props</c> in a retry. Default: what it got before.</summary>
    [Parameter]
    [AllowNull]
    public object? RetryProps { get; set; }

    /// <summary>The policy they come to.</summary>
    /// <exception cref="FaultException">InvalidArgument: what is to be retried is no name.</exception>
    internal RetryPolicy ToPolicy() => new()
    {
        For = RetryFor.Select(NameOf).ToArray(),
        MaximumCount = MaximumRetryCount ?? (RetryFor.Length > 0 ? DefaultCount : 0),
        Interval = TimeSpan.FromSeconds(RetryIntervalSec),
        Backoff = RetryBackoff,
        Jitter = RetryJitter,
        MaximumInterval = MaximumRetryIntervalSec is { } longest ? TimeSpan.FromSeconds(longest) : null,
        Window = RetryWindowSec is { } window ? TimeSpan.FromSeconds(window) : null,
    };

    /// <summary>The props of a retry; null where it gets those it got before.</summary>
    /// <exception cref="FaultException">ValueNotSupported; ValueTooLarge.</exception>
    internal EncodedValue? EncodedProps() => RetryProps is null ? null : PowerShellValues.Encode(RetryProps, "-RetryProps");

    private static string NameOf(object failure)
    {
        var value = failure is PSObject wrapped ? wrapped.BaseObject : failure;
        var name = value is Type type ? type.FullName : (value as string)?.Trim('[', ']', ' ');
        return name is { Length: > 0 } && name.All(character => char.IsLetterOrDigit(character) || character is '.' or '_' or '+' or '`')
            ? name
            : throw new FaultException(
                Fault.InvalidArgument, $"'{value}' is nothing to retry for. Give exception types or their names, Exit, or a signal such as SIGKILL.", value);
    }
}
