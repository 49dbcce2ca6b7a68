namespace ZProc.Core.Durable;

/// <summary>What a folder held when it was opened.</summary>
/// <param name="Incarnation">The id of the state's first start, which goes on.</param>
/// <param name="Sequence">The sequence of the last update.</param>
/// <param name="Namespaces">The namespaces, those removed last at the end.</param>
internal sealed record RecoveredState(Guid Incarnation, long Sequence, IReadOnlyList<RecoveredNamespace> Namespaces);
