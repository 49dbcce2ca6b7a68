using ZProc.Core.State;

namespace ZProc.Core.Durable;

/// <summary>Updates that are written together.</summary>
/// <param name="Updates">The updates, in the store's order.</param>
/// <param name="Kept">For each of their namespaces, the history that the store keeps without them.</param>
internal sealed record JournalBatch(IReadOnlyList<Update> Updates, IReadOnlyDictionary<string, KeptHistory> Kept);
