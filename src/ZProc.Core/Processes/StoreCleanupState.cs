using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>The state of a server, for the server's own clean-up. No member waits.</summary>
internal sealed class StoreCleanupState : ICleanupState
{
    private readonly Store _store;

    public StoreCleanupState(Store store) => _store = store;

    public Snapshot GetSnapshot(string ns) => _store.GetSnapshot(ns);

    public IReadOnlyList<NamespaceInfo> GetNamespaces() => _store.GetNamespaces();

    public Task CommitAsync(CommitRequest request)
    {
        // The outcome comes under the lock of the store.
        var outcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Commit(new CommitTicket(request, _store.Incarnation, (_, fault) =>
        {
            if (fault is null)
            {
                outcome.SetResult();
            }
            else
            {
                outcome.SetException(fault);
            }
        }));
        return outcome.Task;
    }
}
