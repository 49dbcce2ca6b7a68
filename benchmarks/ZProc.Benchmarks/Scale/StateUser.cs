using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Benchmarks.Scale;

/// <summary>Short calls for the everyday operations of a client on one namespace.</summary>
internal sealed class StateUser
{
    private readonly IClient _client;
    private readonly string _namespace;
    private readonly Source _source;

    public StateUser(IClient client, string ns = "default")
    {
        _client = client;
        _namespace = ns;
        _source = new Source(client.Id, "benchmark", Environment.ProcessId);
    }

    /// <summary>Sets a key, and waits until the write is committed. The write is forced, because an equal value would be no update.</summary>
    public void Set(string key, object value) => Set(key, ValueCodec.Encode(value));

    /// <inheritdoc cref="Set(string, object)"/>
    public void Set(string key, EncodedValue value) => Commit(new Change(ChangeKind.Set, key, value));

    /// <summary>Sets a key without waiting.</summary>
    public Task<CommitResult> Send(string key, EncodedValue value) => _client.CommitAsync(Request(new Change(ChangeKind.Set, key, value)));

    /// <summary>Adds one to a key.</summary>
    public void Increment(string key) => Commit(new Change(ChangeKind.Increment, key, ValueCodec.Encode(1L)));

    /// <summary>Removes a key.</summary>
    public void Remove(string key) => Commit(new Change(ChangeKind.Remove, key));

    /// <summary>Removes the namespace with its history.</summary>
    public void RemoveNamespace() => Commit(new Change(ChangeKind.RemoveNamespace, ""));

    /// <summary>Reads a key, which has to exist.</summary>
    public EncodedValue Get(string key, bool fresh = false) =>
        _client.Get(_namespace, key, fresh)?.Value ?? throw new InvalidOperationException($"The key '{key}' is missing.");

    private void Commit(Change change) => _client.Commit(Request(change));

    private CommitRequest Request(Change change) => new(_namespace, _source, [change], Force: true);
}
