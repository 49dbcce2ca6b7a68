using System.Management.Automation;
using System.Reflection;
using ZProc.Completers;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.Values;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Commands;

/// <summary>The parameters about failed attempts, of every command that starts processes.</summary>
public sealed class RetryParameters
{
    private const int DefaultCount = 3;

    private bool _isChecked;
    private object? _retryProps;
    private bool _hasRetryProps;

    /// <summary>The names of the parameters.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        typeof(RetryParameters).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).ToArray();

    /// <summary>
    /// Which failures are retried: exception types or their names, <c>Exit</c> for a process that died or returned an exit
    /// code other than 0, or a signal such as <c>SIGKILL</c>. Default: every failure.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RetryForCompleter))]
    public object[]? RetryFor { get; set; }

    /// <summary>How many retries there are at most; -1 for any number. Default: none, or 3 where <c>-RetryFor</c> is given.</summary>
    [Parameter]
    [ValidateRange(-1, int.MaxValue)]
    public int? MaximumRetryCount { get; set; }

    /// <summary>Seconds before the first retry. Default: 5.</summary>
    [Parameter]
    [Alias("RetryIntervalSeconds")]
    [ValidateRange(0.0, 2_000_000.0)]
    public double RetryIntervalSec { get; set; } = 5;

    /// <summary>The factor by which each interval is longer than the one before. Default: 1.</summary>
    [Parameter]
    [ValidateRange(1.0, 1000.0)]
    public double RetryBackoff { get; set; } = 1;

    /// <summary>The largest random change of an interval, up or down, as a share of it: from 0 to 1. Default: 0.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double RetryJitter { get; set; }

    /// <summary>The longest interval in seconds. Default: no limit.</summary>
    [Parameter]
    [ValidateRange(0.0, 2_000_000.0)]
    public double? MaximumRetryIntervalSec { get; set; }

    /// <summary>Counts only the failures of the last so many seconds against <c>-MaximumRetryCount</c>. Default: all failures count.</summary>
    [Parameter]
    [ValidateRange(0.001, 2_000_000.0)]
    public double? RetryWindowSec { get; set; }

    /// <summary>The script's <c>$Props</c> in a retry. Default: as before.</summary>
    [Parameter]
    [AllowNull]
    public object? RetryProps
    {
        get => _retryProps;
        set
        {
            _retryProps = value;
            _hasRetryProps = true; // also with null, which is a value of its own
        }
    }

    /// <summary>The policy that the parameters make.</summary>
    /// <param name="command">The command, which warns once of names that no failure has.</param>
    /// <exception cref="FaultException">InvalidArgument: a value of <c>-RetryFor</c> is not a name.</exception>
    internal RetryPolicy ToPolicy(Cmdlet command) => new()
    {
        For = CheckedNames(command),
        MaximumCount = MaximumRetryCount ?? (RetryFor is { Length: > 0 } ? DefaultCount : 0),
        Interval = TimeSpan.FromSeconds(RetryIntervalSec),
        Backoff = RetryBackoff,
        Jitter = RetryJitter,
        MaximumInterval = MaximumRetryIntervalSec is { } longest ? TimeSpan.FromSeconds(longest) : null,
        Window = RetryWindowSec is { } window ? TimeSpan.FromSeconds(window) : null,
    };

    /// <summary>The encoded props of a retry; null where they stay as before.</summary>
    /// <exception cref="FaultException">ValueNotSupported; ValueTooLarge.</exception>
    internal EncodedValue? EncodedProps() => _hasRetryProps ? StartValues.Encode(_retryProps, "-RetryProps") : null;

    private string[] CheckedNames(Cmdlet command)
    {
        var failures = RetryFor ?? [];
        var names = failures.Select(NameOf).ToArray();
        if (!_isChecked)
        {
            _isChecked = true;
            foreach (var name in names.Where((_, i) => BaseObject.Of(failures[i]) is not Type))
            {
                if (FailureNames.WarningOf(name) is { } warning)
                {
                    command.WriteWarning(warning);
                }
            }
        }

        return names;
    }

    private static string NameOf(object? failure)
    {
        var value = BaseObject.Of(failure);
        var name = value is Type type ? type.FullName : (value as string)?.Trim('[', ']', ' ');
        return name is { Length: > 0 } && name.All(character => char.IsLetterOrDigit(character) || character is '.' or '_' or '+' or '`')
            ? name
            : throw new FaultException(
                Fault.InvalidArgument, $"-RetryFor: '{value}' does not name a failure. Give exception types or their names, Exit, or a signal such as SIGKILL.", value);
    }
}
