using System.Management.Automation.Runspaces;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Parallel;

/// <summary>What a call does.</summary>
internal sealed record ParallelCallOptions
{
    /// <summary>What the workers' runspaces run before they get items.</summary>
    public required ProcessStart Start { get; init; }

    /// <summary>The initial session state of runspaces in this OS process.</summary>
    public required InitialSessionState Template { get; init; }

    /// <summary>The context of the workers; null for none.</summary>
    public ZProcContext? Context { get; init; }

    /// <summary>The block's arguments, as the very objects.</summary>
    public IReadOnlyList<object?> Arguments { get; init; } = [];

    /// <summary>How many items run at once at most.</summary>
    public required int ThrottleLimit { get; init; }

    /// <summary>How many items a worker takes at once; null to go by what items cost.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Whether each item has a runspace of its own, or an OS process.</summary>
    public bool UsesNewRunspace { get; init; }

    /// <summary>Whether results come in the order of the input.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Whether the command shows a progress bar.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Whether the first error of an item ends the call.</summary>
    public bool StopsOnError { get; init; }

    /// <summary>How long an item may take; null for no limit.</summary>
    public TimeSpan? ItemTimeout { get; init; }

    /// <summary>When the call is over, whatever still runs.</summary>
    public Deadline Deadline { get; init; }

    /// <summary>The same call, with copies of what another runspace cannot use: see <see cref="ProcessStart.ForRunspace"/>.</summary>
    /// <exception cref="FaultException">ValueNotSupported.</exception>
    public ParallelCallOptions ForRunspaces() => Start.As != ProcessKind.Runspace ? this : this with { Start = Start.ForRunspace(), Arguments = RunspaceCopy.OfAll(Arguments, "-ArgumentList") };
}
