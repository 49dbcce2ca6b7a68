using ZProc.Core;
using ZProc.Errors;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>The calls that run in one context, or without any. They end with the context, or with the session. Thread-safe.</summary>
internal sealed class ParallelCalls
{
    private readonly object _gate = new();
    private readonly HashSet<ParallelCall> _calls = [];

    /// <summary>The calls of this OS process that have no context.</summary>
    public static ParallelCalls WithoutContext { get; } = new();

    /// <summary>Adds a call.</summary>
    public void Add(ParallelCall call)
    {
        lock (_gate)
        {
            _calls.Add(call);
        }
    }

    /// <summary>Removes a call that has ended.</summary>
    public void Remove(ParallelCall call)
    {
        lock (_gate)
        {
            _calls.Remove(call);
        }
    }

    /// <summary>Whether a worker of one of the calls has a source, in this OS process.</summary>
    public bool Run(Guid source) => All().Any(call => call.Runs(source));

    /// <summary>Asks the items of all calls to stop, and returns when they cannot go on, or after a second. No other item begins.</summary>
    /// <param name="grace">When what has not stopped is killed or abandoned.</param>
    /// <returns>Completes when nothing of the calls runs, or a few seconds after the grace.</returns>
    public Task BeginStop(TimeSpan grace)
    {
        var calls = All();
        foreach (var call in calls)
        {
            call.BeginStop(grace);
        }

        // The caller stops the processes that items wait for next.
        var deadline = Deadline.After(PipelineStopper.StopBound);
        foreach (var call in calls)
        {
            call.StopStarted(deadline);
        }

        return Task.WhenAll(calls.Select(static call => call.EndInBackground()));
    }

    /// <summary>Ends the commands of the calls with an error.</summary>
    public void Fail(FaultException fault)
    {
        foreach (var call in All())
        {
            call.Fault(ErrorRecords.From(fault));
        }
    }

    private ParallelCall[] All()
    {
        lock (_gate)
        {
            return [.. _calls];
        }
    }
}
