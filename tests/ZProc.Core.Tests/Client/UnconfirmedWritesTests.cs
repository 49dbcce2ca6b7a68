using Xunit;
using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class UnconfirmedWritesTests
{
    private static readonly CommitResult Committed = new(true, 1, 1, []);
    private readonly UnconfirmedWrites _writes = new();
    private readonly Source _one = new(Guid.NewGuid(), "one", 1);
    private readonly Source _other = new(Guid.NewGuid(), "other", 2);

    [Fact]
    public void A_failure_is_taken_once_by_its_writer()
    {
        Write(_one).SetException(new FaultException(Fault.Conflict, "first"));
        Assert.True(_writes.AnyFailed);
        Assert.Empty(_writes.TakeFailures(_other));
        Assert.Empty(_writes.TakeFailures(_one, "elsewhere"));
        Assert.Equal(["A write sent with -NoWait was not made. first"], Messages(_one));
        Assert.Empty(_writes.TakeFailures(source: null));
        Assert.False(_writes.AnyFailed);
    }

    [Fact]
    public void A_failure_waits_for_the_outcomes_of_earlier_writes_in_its_namespace()
    {
        var first = Write(_one);
        var elsewhere = Write(_one, "elsewhere");
        var second = Write(_one);
        second.SetException(new FaultException(Fault.Conflict, "second"));
        elsewhere.SetException(new FaultException(Fault.Conflict, "elsewhere"));
        Assert.Equal(["A write sent with -NoWait was not made. elsewhere"], Messages(_one));
        first.SetException(new FaultException(Fault.Conflict, "first"));
        Assert.Equal(
            ["A write sent with -NoWait was not made. first", "A write sent with -NoWait was not made. second"], Messages(_one));
    }

    [Fact]
    public void A_caller_that_stops_in_the_middle_leaves_the_other_failures()
    {
        Write(_one).SetException(new FaultException(Fault.Conflict, "first"));
        Write(_one).SetException(new FaultException(Fault.Conflict, "second"));
        Assert.EndsWith("first", _writes.TakeFailures(_one).First().Message, StringComparison.Ordinal);
        Assert.EndsWith("second", Assert.Single(Messages(_one)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_connection_leaves_the_outcome_unknown()
    {
        Write(_one).SetException(new FaultException(Fault.ConnectionLost, "gone"));
        var fault = Assert.Single(_writes.TakeFailures(_one));
        Assert.Equal(Fault.ConnectionLost, fault.Fault);
        Assert.StartsWith("It is not known whether", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_beyond_a_thousand_are_counted_by_writer()
    {
        for (var i = 0; i < 1200; i++)
        {
            Write(i % 2 == 0 ? _one : _other).SetException(new FaultException(Fault.Conflict, $"{i}"));
        }

        Assert.Equal("100 more writes sent with -NoWait were not made. Write without -NoWait to see the error of each.", Messages(_one)[^1]);
        Assert.Equal(501, Messages(_other).Count);
        Assert.Empty(_writes.TakeFailures(source: null));
    }

    [Fact]
    public void Wait_returns_when_all_outcomes_are_noted()
    {
        var write = Write(_one);
        Write(_other); // not waited for
        var waiting = Task.Run(() => _writes.Wait(_one, ns: null, Deadline.After(Soon)).ToArray(), TestContext.Current.CancellationToken);
        Assert.False(waiting.Wait(50, TestContext.Current.CancellationToken));
        write.SetResult(Committed);
        Assert.True(waiting.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.Empty(waiting.Result);
    }

    [Fact]
    public void Wait_reports_writes_without_an_outcome_at_the_deadline()
    {
        Write(_one);
        Write(_one).SetException(new FaultException(Fault.Conflict, "behind one that is open"));
        var fault = Assert.Single(_writes.Wait(_one, ns: null, Deadline.After(TimeSpan.FromMilliseconds(20))));
        Assert.Equal(Fault.Timeout, fault.Fault);
        Assert.StartsWith("1 writes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_has_ended_before_it_is_added_is_never_waited_for()
    {
        _writes.Add(_one, "n", Task.FromResult(Committed));
        _writes.Add(_one, "n", Task.FromException<CommitResult>(new FaultException(Fault.Conflict, "at once")));
        Assert.EndsWith("at once", Assert.Single(_writes.Wait(_one, ns: null, Deadline.After(TimeSpan.Zero))).Message, StringComparison.Ordinal);
    }

    private TaskCompletionSource<CommitResult> Write(Source source, string ns = "n")
    {
        var outcome = new TaskCompletionSource<CommitResult>();
        _writes.Add(source, ns, outcome.Task);
        return outcome;
    }

    private List<string> Messages(Source source) => [.. _writes.TakeFailures(source).Select(static fault => fault.Message)];
}
