using ZProc.Core.Client;

namespace ZProc.StatePeer;

/// <summary>One client's share of a concurrent test, drawn from the seed and its number.</summary>
internal sealed class Workload
{
    private readonly WorkingClient _worker;
    private readonly IReadOnlyList<WatchedUpdates> _watched;
    private readonly WorkloadOrder _order;
    private readonly int _number;

    public Workload(IClient client, int number, WorkloadOrder order)
    {
        _order = order;
        _number = number;
        _worker = new WorkingClient(client, number, order.Namespaces);
        _watched = order.Watches ? [.. order.Namespaces.Select(ns => new WatchedUpdates(client, ns))] : [];
    }

    /// <summary>Called after each step.</summary>
    public Action? AfterStep { get; init; }

    /// <summary>The client's observations since the last call.</summary>
    public List<Observation> TakeLog()
    {
        var log = _worker.Log.ToList();
        _worker.Log.Clear();
        return log;
    }

    /// <summary>Does its work on a thread of its own.</summary>
    public Task RunAsync() => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Reads everything when all work is done.</summary>
    /// <param name="sequence">The sequence at the end.</param>
    /// <param name="revisions">The last revision that each watch is to see.</param>
    /// <returns>The updates that each watch saw.</returns>
    public IReadOnlyList<IReadOnlyList<long>> Finish(long sequence, IReadOnlyList<long> revisions)
    {
        _worker.ReadAll(sequence);
        return [.. _watched.Select((watched, i) => watched.ReadTo(revisions[i]))];
    }

    private void Run()
    {
        foreach (var step in StepGenerators.Endless(_order.Seed, _number))
        {
            if (_worker.Begun >= _order.Operations)
            {
                break;
            }

            _worker.Perform(step);
            AfterStep?.Invoke();
            foreach (var watched in _watched)
            {
                watched.ReadWhatIsThere();
            }
        }

        _worker.Drain();
    }
}
