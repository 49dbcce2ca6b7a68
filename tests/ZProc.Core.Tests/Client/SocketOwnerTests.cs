using ZProc.Core.Client;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class SocketOwnerTests
{
    private readonly SocketOwner _owner = new();

    [Fact]
    public void A_caller_has_the_socket_once_the_thread_has_given_it()
    {
        _owner.AllowCallers(true);
        var waiter = new Waiter();
        _owner.Enter(waiter);
        Assert.False(waiter.OwnsSocket);
        Assert.True(_owner.TryHandOver());
        Assert.True(waiter.OwnsSocket);
        Assert.False(_owner.IsThread);
        Assert.True(_owner.Release(waiter));
        Assert.False(waiter.OwnsSocket);
    }

    [Fact]
    public void A_caller_that_leaves_hands_over_to_the_one_that_has_waited_longest()
    {
        var first = Receiving();
        var (second, third) = (new Waiter(), new Waiter());
        _owner.Enter(second);
        _owner.Enter(third);
        Assert.False(_owner.Release(first));
        Assert.True(second.OwnsSocket);
        Assert.False(third.OwnsSocket);
    }

    [Fact]
    public void A_caller_that_is_done_or_has_withdrawn_is_not_given_the_socket()
    {
        var first = Receiving();
        var (done, gone) = (new Waiter(), new Waiter());
        _owner.Enter(done);
        _owner.Enter(gone);
        done.Signal();
        Assert.False(_owner.Withdraw(gone));
        Assert.True(_owner.Release(first));
        Assert.False(done.OwnsSocket || gone.OwnsSocket);
    }

    [Fact]
    public void A_caller_that_is_given_the_socket_while_it_withdraws_is_told()
    {
        var first = Receiving();
        var late = new Waiter();
        _owner.Enter(late);
        Assert.False(_owner.Release(first));
        Assert.True(_owner.Withdraw(late));
    }

    [Fact]
    public void The_next_caller_takes_a_free_socket_at_once()
    {
        Assert.True(_owner.Release(Receiving()));
        var waiter = new Waiter();
        _owner.Enter(waiter);
        Assert.True(waiter.OwnsSocket);
    }

    [Fact]
    public void Without_a_stream_no_caller_gets_the_socket()
    {
        var first = Receiving();
        _owner.AllowCallers(false);
        var waiter = new Waiter();
        _owner.Enter(waiter);
        Assert.True(_owner.Release(first));
        Assert.False(waiter.OwnsSocket);
        _owner.Reclaim(() => { });
        Assert.False(_owner.TryHandOver());
    }

    [Fact]
    public void The_thread_gets_the_socket_when_the_caller_leaves_it_before_any_other()
    {
        var first = Receiving();
        var other = new Waiter();
        _owner.Enter(other);
        using var interrupted = new ManualResetEventSlim();
        var thread = new Thread(() => Assert.True(_owner.Reclaim(interrupted.Set)));
        thread.Start();
        Assert.True(interrupted.Wait(Soon));
        Assert.True(_owner.IsReclaimed);
        Assert.False(_owner.Release(first));
        Assert.True(thread.Join(Soon));
        Assert.True(_owner.IsThread);
        Assert.False(other.OwnsSocket);
        Assert.False(_owner.Reclaim(() => { }));
    }

    [Fact]
    public void The_thread_takes_a_socket_that_no_caller_was_given_lately()
    {
        var first = Receiving();
        Assert.False(_owner.ReclaimIfUnused());
        Assert.False(_owner.ReclaimIfUnused()); // the caller has it
        _owner.Release(first);
        Assert.True(_owner.ReclaimIfUnused());
        Assert.True(_owner.IsThread);
    }

    [Fact]
    public void A_caller_that_came_in_between_keeps_the_thread_from_taking_the_socket()
    {
        Assert.True(_owner.Release(Receiving()));
        Assert.False(_owner.ReclaimIfUnused());
        Assert.False(_owner.HasOwner);
        var next = new Waiter();
        _owner.Enter(next);
        _owner.Release(next);
        Assert.False(_owner.ReclaimIfUnused());
        Assert.True(_owner.ReclaimIfUnused());
    }

    [Fact]
    public void A_signal_of_another_thread_interrupts_a_caller_that_receives_and_its_own_does_not()
    {
        var waiter = Receiving();
        var interrupts = 0;
        waiter.Interrupt = () => interrupts++;
        waiter.Signal();
        Assert.Equal(0, interrupts);
        var other = new Thread(waiter.Signal);
        other.Start();
        Assert.True(other.Join(Soon));
        Assert.Equal(1, interrupts);
        Assert.True(waiter.IsDone);
    }

    private Waiter Receiving()
    {
        _owner.AllowCallers(true);
        var waiter = new Waiter();
        _owner.Enter(waiter);
        Assert.True(_owner.TryHandOver());
        return waiter;
    }
}
