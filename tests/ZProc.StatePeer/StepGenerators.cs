using CsCheck;
using ZProc.Core.State;
using static ZProc.StatePeer.StepValues;

namespace ZProc.StatePeer;

/// <summary>Things to do, at random. There are few keys and small values, so that steps meet each other.</summary>
internal static class StepGenerators
{
    public const int Spaces = 2;

    /// <summary>The largest value that a server should allow, so that values too large are met and lists stop growing.</summary>
    public const int MaximumValueBytes = 300;

    private static readonly Gen<string> Key = Gen.Frequency(
        (60, Choice((NumberKeys + ListKeys + DictionaryKeys + OtherKeys).Select(key => key.ToString()).ToArray())),
        (1, Choice("", "line\nbreak")));

    private static readonly Gen<PlannedChange> AnyChange = Gen.Frequency(
        (30, Key.SelectMany(key => Gen.Frequency((8, UsualFor(key)), (2, Anything)), (key, value) => new PlannedChange(ChangeKind.Set, key, value))),
        (10, Key.Select(key => new PlannedChange(ChangeKind.Remove, key, null))),
        (22, On(ChangeKind.Increment, NumberKeys, Number)),
        (14, On(ChangeKind.Append, ListKeys, Scalar)),
        (12, On(ChangeKind.Merge, DictionaryKeys, Entries)),
        (5, Gen.Const(new PlannedChange(ChangeKind.PopAny, "", null))),
        (2, Gen.Const(new PlannedChange(ChangeKind.Clear, "", null))),
        (1, Gen.Const(new PlannedChange(ChangeKind.RemoveNamespace, "", null))));

    private static readonly Gen<PlannedChange> Change = AnyChange.SelectMany(change => Gen.Frequency(
        (60, Gen.Const(change)),
        (8, Gen.Const(change with { Condition = ConditionKind.Absent })),
        (12, Gen.Frequency((8, Gen.Const(0)), (2, Gen.Int[-1, 1])).Select(offset => change with { Condition = ConditionKind.KnownRevision, Offset = offset })),
        (10, Gen.Const(change with { Condition = ConditionKind.KnownValue })),
        (10, UsualFor(change.Key).Select(value => change with { Condition = ConditionKind.Value, Expected = value }))));

    private static readonly Gen<IReadOnlyList<PlannedChange>> Changes = Gen.Frequency(
        (7, Change.Array[1]), (3, Change.Array[2, 5])).Select(changes => (IReadOnlyList<PlannedChange>)changes);

    private static readonly Gen<Step> Read = Gen.Select(
        Space, Gen.Frequency((4, Key), (1, Gen.Const(""))), Gen.Int[0, 9], (space, key, fresh) => (Step)new ReadStep(space, IsValid(key) ? key : null, fresh == 0));

    /// <summary>Steps whose outcome does not depend on time.</summary>
    public static readonly Gen<Step> Unhurried = Steps(Gen.Frequency((6, Gen.Const(Pace.Pipelined)), (4, Gen.Const(Pace.Waiting))));

    private static readonly Gen<Step> Any =
        Steps(Gen.Frequency((6, Gen.Const(Pace.Pipelined)), (3, Gen.Const(Pace.Waiting)), (1, Gen.Const(Pace.Hurried))));

    // Now and then so many commits on their way at once that a cut meets many of them.
    private static readonly Gen<Step[]> Stretch = Gen.Frequency(
        (6, Any.Array[1, 10]),
        (1, Commit(Gen.Const(Pace.Pipelined)).Select(step => (Step)((CommitStep)step with { ReadsFirst = false })).Array[10, 50]));

    private static Gen<int> Space => Gen.Int[0, Spaces - 1];

    /// <summary>The endless steps of one client, the same for the same seed.</summary>
    public static IEnumerable<Step> Endless(long seed, int client)
    {
        var random = new PCG((uint)client, (ulong)seed);
        while (true)
        {
            foreach (var step in Stretch.Generate(random, null, out _))
            {
                yield return step;
            }
        }
    }

    private static Gen<Step> Steps(Gen<Pace> pace) => Gen.Frequency(
        (70, Commit(pace)),
        (15, Read),
        (2, Gen.Select(Space, Gen.Frequency((3, Commit(Gen.Const(Pace.Waiting))), (2, Read)).Array[0, 4], Gen.Bool, Gen.Bool, Turn)));

    private static Gen<Step> Commit(Gen<Pace> pace) => Gen.Select(
        Space, Changes, Gen.Int[0, 7], pace, Gen.Bool, (space, changes, force, how, reads) => (Step)new CommitStep(space, changes, force == 0, how, reads));

    private static Step Turn(int space, Step[] inside, bool endsWithCommit, bool triesAgain) =>
        new TurnStep(space, [.. inside.Select((step, i) => i % 3 == 2 && step is ReadStep ? step : step with { Space = space })], endsWithCommit, triesAgain);

    private static bool IsValid(string key) => key.Length > 0 && !key.Any(char.IsControl);

    private static Gen<PlannedChange> On(ChangeKind kind, string keys, Gen<object> usual) => Gen.Select(
        Gen.Frequency((12, Choice(keys.Select(key => key.ToString()).ToArray())), (1, Key)),
        Gen.Frequency((18, usual.OrNull()), (1, Scalar.OrNull()), (1, Gen.Const((object?)null))),
        (key, value) => new PlannedChange(kind, key, value));
}
