namespace ZProc.StatePeer;

/// <summary>The order for enduring clients in another process.</summary>
/// <param name="Address">Where they connect.</param>
/// <param name="Names">Their names.</param>
internal sealed record EnduranceOrder(string Address, IReadOnlyList<string> Names);
