using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class CommitValidationTests
{
    private static readonly StoreOptions Limits = new() { MaximumValueBytes = 1024 * 1024 };
    private static readonly EncodedValue Large = new(new byte[1024 * 1024]);

    [Fact]
    public void A_change_of_a_key_needs_a_valid_key_and_one_of_all_keys_does_not()
    {
        CommitValidation.Check(Request(new Change(ChangeKind.Clear, "")), Limits);
        Assert.Equal(Fault.InvalidKey, FaultOf(new Change(ChangeKind.Set, "", V(1))));
    }

    [Fact]
    public void A_value_and_an_expected_value_have_the_same_limit()
    {
        var tooLarge = new EncodedValue(new byte[(1024 * 1024) + 1]);
        CommitValidation.Check(Request(new Change(ChangeKind.Set, "a", Large)), Limits);
        Assert.Equal(Fault.ValueTooLarge, FaultOf(new Change(ChangeKind.Set, "a", tooLarge)));
        Assert.Equal(Fault.ValueTooLarge, FaultOf(
            new Change(ChangeKind.Set, "a", V(1), new Precondition(PreconditionKind.ValueIs, Value: tooLarge))));
    }

    [Fact]
    public void All_keys_and_values_together_fit_into_one_message()
    {
        var fitting = (int)(CommitValidation.MaximumBytes / (Large.Length + 1));
        CommitValidation.Check(Request(Many(fitting)), Limits);
        Assert.Equal(Fault.ValueTooLarge, FaultOf(Many(fitting + 1)));
    }

    private static Change[] Many(int count) => [.. Enumerable.Repeat(new Change(ChangeKind.Set, "a", Large), count)];

    private static CommitRequest Request(params Change[] changes) => new(Ns, Tester, changes);

    private static Fault FaultOf(params Change[] changes) =>
        Assert.Throws<FaultException>(() => CommitValidation.Check(Request(changes), Limits)).Fault;
}
