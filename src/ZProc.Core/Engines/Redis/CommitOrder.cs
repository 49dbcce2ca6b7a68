using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>The order of a client's commits to each namespace: a commit begins when the one before it has its place. Thread-safe.</summary>
internal sealed class CommitOrder
{
    private readonly object _gate = new();
    private readonly Dictionary<(string Namespace, long Turn), Task> _newest = [];

    /// <summary>Begins a commit after the earlier ones of the same namespace. One inside a turn waits only for those of the turn.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="commit">The commit, which has not begun.</param>
    public Task<CommitResult> Begin(CommitRequest request, EngineCommit commit)
    {
        var key = (request.Namespace, request.Turn);
        lock (_gate)
        {
            var previous = _newest.GetValueOrDefault(key, Task.CompletedTask);
            var running = commit.RunAsync(previous); // a plain commit is sent here, under the gate
            if (commit.Placed.IsCompleted)
            {
                _newest.Remove(key);
            }
            else
            {
                _newest[key] = commit.Placed;
                _ = commit.Placed.ContinueWith(placed => Forget(key, placed), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            return running;
        }
    }

    private void Forget((string Namespace, long Turn) key, Task placed)
    {
        lock (_gate)
        {
            if (_newest.GetValueOrDefault(key) == placed)
            {
                _newest.Remove(key);
            }
        }
    }
}
