using System.Management.Automation.Runspaces;
using ZProc.Contexts;
using ZProc.Processes;

namespace ZProc.Parallel;

/// <summary>What a call is to do.</summary>
internal sealed record ParallelCallOptions
{
    /// <summary>What the workers' runspaces are given before there are items.</summary>
    public required ProcessStart Start { get; init; }

    /// <summary>What runspaces of this OS process start from.</summary>
    public required InitialSessionState Template { get; init; }

    /// <summary>Where workers find the state; null where there is no context.</summary>
    public ZProcContext? Context { get; init; }

    /// <summary>The block's arguments, as they are.</summary>
    public IReadOnlyList<object?> Arguments { get; init; } = [];

    /// <summary>How many items run at once at most.</summary>
    public required int ThrottleLimit { get; init; }

    /// <summary>How many items a worker takes at once; null for what turns out best.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Whether results come in the order of the input.</summary>
    public bool Ordered { get; init; }

    /// <summary>Whether somebody wants to hear of each batch.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Whether the first error of an item ends the call.</summary>
    public bool StopsOnError { get; init; }

    /// <summary>How long an item may take; null for as long as it takes.</summary>
    public TimeSpan? ItemTimeout { get; init; }
}
