using ZProc.Core.State;

namespace ZProc.Core.Durable;

/// <summary>Updates that are written together.</summary>
/// <param name="Updates">The updates, in the store's order.</param>
/// <param name="Oldest">For each of their namespaces, the oldest revision that the store keeps: the journal may delete earlier ones.</param>
internal sealed record JournalBatch(IReadOnlyList<Update> Updates, IReadOnlyDictionary<string, long> Oldest);
