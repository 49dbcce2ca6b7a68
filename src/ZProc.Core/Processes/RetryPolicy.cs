namespace ZProc.Core.Processes;

/// <summary>Decides whether and when a failed attempt is followed by another one.</summary>
public sealed record RetryPolicy
{
    /// <summary>A name for <see cref="For"/>: the OS process died, or its exit code is not 0.</summary>
    public const string Exit = "Exit";

    /// <summary>A name for <see cref="For"/>: the server that ran the process died, and the process with it.</summary>
    public const string Lost = "Lost";

    /// <summary>The names that are no exception and no signal.</summary>
    public static readonly IReadOnlyList<string> OwnNames = [Exit, Lost];

    /// <summary>For <see cref="MaximumCount"/>: no limit.</summary>
    public const int Unlimited = -1;

    /// <summary>
    /// Which failures are retried: exception types by full or short name, <see cref="Exit"/>, <see cref="Lost"/>, names of signals such
    /// as <c>SIGKILL</c>; case is ignored. Empty: every failure.
    /// </summary>
    public IReadOnlyList<string> For { get; init; } = [];

    /// <summary>The largest number of retries, within <see cref="Window"/> if there is one; <see cref="Unlimited"/> for any number.</summary>
    public int MaximumCount { get; init; }

    /// <summary>The time before the first retry.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The factor from one interval to the next; 1 keeps them equal.</summary>
    public double Backoff { get; init; } = 1;

    /// <summary>The largest random change of an interval, as a share of it; from 0 to 1.</summary>
    public double Jitter { get; init; }

    /// <summary>The longest interval; null for no bound.</summary>
    public TimeSpan? MaximumInterval { get; init; }

    /// <summary>Only failures within this time before the last one count; null: all count.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Whether a failure is retried.</summary>
    /// <param name="names">The names of the failure: the full names of its exception's types and of its causes' types, <see cref="Exit"/>, its signal.</param>
    public bool Covers(IEnumerable<string> names) => For.Count == 0 || names.Any(name => For.Any(wanted => IsNamed(name, wanted)));

    /// <summary>How long to wait before the next attempt.</summary>
    /// <param name="failures">How many attempts have failed, within <see cref="Window"/> if there is one; the last is the one in question.</param>
    /// <returns>The time; null to give up.</returns>
    public TimeSpan? NextDelay(int failures)
    {
        if (MaximumCount != Unlimited && failures > MaximumCount)
        {
            return null;
        }

        if (Interval == TimeSpan.Zero)
        {
            return TimeSpan.Zero; // and not zero times infinity, which is NaN
        }

        var longest = (MaximumInterval ?? TimeSpan.FromMilliseconds(int.MaxValue)).TotalSeconds;
        var seconds = Math.Min(Interval.TotalSeconds * Math.Pow(Backoff, failures - 1), longest);
        var jittered = seconds * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
        return TimeSpan.FromSeconds(Math.Min(jittered, longest));
    }

    private static bool IsNamed(string name, string wanted) =>
        name.Equals(wanted, StringComparison.OrdinalIgnoreCase)
        || (name.Length > wanted.Length && name[^(wanted.Length + 1)] == '.' && name.EndsWith(wanted, StringComparison.OrdinalIgnoreCase));
}
