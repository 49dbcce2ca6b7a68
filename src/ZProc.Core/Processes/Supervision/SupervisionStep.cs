namespace ZProc.Core.Processes.Supervision;

/// <summary>The result of a transition.</summary>
/// <param name="State">The new state.</param>
/// <param name="Effects">What the supervisor has to do, in this order.</param>
public sealed record SupervisionStep(SupervisionState State, IReadOnlyList<SupervisionEffect> Effects);
