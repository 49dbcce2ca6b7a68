using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Core.Processes;

/// <summary>The state behind a client, for a client that cleans up where no server does.</summary>
internal sealed class ClientCleanupState : ICleanupState
{
    private readonly IClient _client;

    public ClientCleanupState(IClient client) => _client = client;

    public Snapshot GetSnapshot(string ns) => _client.GetSnapshot(ns, fresh: true);

    public IReadOnlyList<NamespaceInfo> GetNamespaces() => _client.GetNamespaces();

    public Task CommitAsync(CommitRequest request) => _client.CommitAsync(request);
}
