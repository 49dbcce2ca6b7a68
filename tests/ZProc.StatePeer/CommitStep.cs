namespace ZProc.StatePeer;

/// <summary>Changes to commit as one.</summary>
internal sealed record CommitStep(int Space, IReadOnlyList<PlannedChange> Changes, bool Force, Pace Pace, bool ReadsFirst) : Step(Space)
{
    public override string ToString() =>
        $"commit in {Space}, {Pace}{(Force ? ", forced" : "")}{(ReadsFirst ? ", after reading" : "")}: {string.Join(", ", Changes)}";
}
