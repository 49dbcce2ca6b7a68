namespace ZProc.Core.Processes.Supervision;

/// <summary>The settings of a supervised process.</summary>
public sealed record SupervisionPolicy
{
    /// <summary>Whether and when a failed attempt is followed by another one.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>The time that one attempt may take; null for no limit.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>The time that all attempts and the intervals between them may take together; null for no limit.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The time that a script may take to stop after a time limit.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>The least time that a script is given to stop. Above zero for workers that cannot be killed at once.</summary>
    public TimeSpan MinimumGrace { get; init; }
}
