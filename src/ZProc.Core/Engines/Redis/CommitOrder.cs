using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>The order of a client's commits to each namespace: a commit begins when the one before it has its place. Thread-safe.</summary>
internal sealed class CommitOrder
{
    private readonly object _gate = new();
    private readonly Dictionary<(string Namespace, long Turn), (Task Placed, Task Ended)> _newest = [];

    /// <summary>Begins a commit after the earlier ones of the same namespace. One inside a turn waits only for those of the turn.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="commit">The commit, which has not begun.</param>
    public Task<CommitResult> Begin(CommitRequest request, EngineCommit commit)
    {
        var key = (request.Namespace, request.Turn);
        lock (_gate)
        {
            var (placed, earlier) = _newest.TryGetValue(key, out var newest) ? newest : (Task.CompletedTask, Task.CompletedTask);
            var running = commit.RunAsync(placed, earlier); // a plain commit is sent here, under the gate
            var ended = earlier.IsCompleted ? running : EndAsync(earlier, running);
            if (ended.IsCompleted)
            {
                _newest.Remove(key);
            }
            else
            {
                // A commit that is withdrawn while it waits for its place ends before earlier ones have theirs.
                _newest[key] = (placed.IsCompleted ? commit.Placed : Task.WhenAll(placed, commit.Placed), ended);
                _ = ended.ContinueWith(task => Forget(key, task), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            return running;
        }
    }

    /// <summary>Ends when the plain commits to a namespace that have begun have their places.</summary>
    public Task PlacedIn(string ns)
    {
        lock (_gate)
        {
            return _newest.TryGetValue((ns, 0), out var newest) ? newest.Placed : Task.CompletedTask;
        }
    }

    /// <summary>Ends with a commit and all before it: one that is withdrawn from the queue ends before those.</summary>
    private static async Task EndAsync(Task earlier, Task running)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Forget((string Namespace, long Turn) key, Task ended)
    {
        lock (_gate)
        {
            if (_newest.TryGetValue(key, out var newest) && newest.Ended == ended)
            {
                _newest.Remove(key);
            }
        }
    }
}
