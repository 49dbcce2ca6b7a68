using ZProc.Core.Client;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class ReceivingTests
{
    private readonly Receiving _receiving = new();

    [Fact]
    public void A_caller_has_the_socket_once_the_thread_has_given_it()
    {
        _receiving.Open(true);
        var waiter = new Waiter();
        _receiving.Enter(waiter);
        Assert.False(waiter.Leads);
        Assert.True(_receiving.TryGive());
        Assert.True(waiter.Leads);
        Assert.False(_receiving.IsThreads);
        Assert.True(_receiving.Leave(waiter));
        Assert.False(waiter.Leads);
    }

    [Fact]
    public void A_caller_that_leaves_hands_over_to_the_one_that_has_waited_longest()
    {
        var first = Leading();
        var (second, third) = (new Waiter(), new Waiter());
        _receiving.Enter(second);
        _receiving.Enter(third);
        Assert.False(_receiving.Leave(first));
        Assert.True(second.Leads);
        Assert.False(third.Leads);
    }

    [Fact]
    public void A_caller_that_is_done_or_has_withdrawn_is_not_given_the_socket()
    {
        var first = Leading();
        var (done, gone) = (new Waiter(), new Waiter());
        _receiving.Enter(done);
        _receiving.Enter(gone);
        done.Signal();
        Assert.False(_receiving.Withdraw(gone));
        Assert.True(_receiving.Leave(first));
        Assert.False(done.Leads || gone.Leads);
    }

    [Fact]
    public void A_caller_that_is_given_the_socket_while_it_withdraws_is_told()
    {
        var first = Leading();
        var late = new Waiter();
        _receiving.Enter(late);
        Assert.False(_receiving.Leave(first));
        Assert.True(_receiving.Withdraw(late));
    }

    [Fact]
    public void The_next_caller_takes_a_free_socket_at_once()
    {
        Assert.True(_receiving.Leave(Leading()));
        Assert.True(_receiving.TryBorrow());
        Assert.False(_receiving.TryBorrow());
        Assert.True(_receiving.Leave(null));
        var waiter = new Waiter();
        _receiving.Enter(waiter);
        Assert.True(waiter.Leads);
    }

    [Fact]
    public void Without_a_stream_no_caller_gets_the_socket()
    {
        var first = Leading();
        _receiving.Open(false);
        var waiter = new Waiter();
        _receiving.Enter(waiter);
        Assert.True(_receiving.Leave(first));
        Assert.False(_receiving.TryBorrow());
        Assert.False(waiter.Leads);
        _receiving.Reclaim(() => { });
        Assert.False(_receiving.TryGive());
    }

    [Fact]
    public void The_thread_gets_the_socket_when_the_caller_leaves_it_before_any_other()
    {
        var first = Leading();
        var other = new Waiter();
        _receiving.Enter(other);
        using var interrupted = new ManualResetEventSlim();
        var thread = new Thread(() => Assert.True(_receiving.Reclaim(interrupted.Set)));
        thread.Start();
        Assert.True(interrupted.Wait(Soon));
        Assert.True(_receiving.IsReclaimed);
        Assert.False(_receiving.Leave(first));
        Assert.True(thread.Join(Soon));
        Assert.True(_receiving.IsThreads);
        Assert.False(other.Leads);
        Assert.False(_receiving.Reclaim(() => { }));
    }

    [Fact]
    public void It_is_quiet_when_no_caller_was_given_the_socket()
    {
        var first = Leading();
        Assert.False(_receiving.IsQuiet());
        Assert.True(_receiving.IsQuiet());
        _receiving.Leave(first);
        Assert.True(_receiving.TryBorrow()); // a caller that only sends does not count: the thread sends more at once
        _receiving.Leave(null);
        Assert.True(_receiving.IsQuiet());
    }

    [Fact]
    public void A_signal_of_another_thread_interrupts_a_caller_that_receives_and_its_own_does_not()
    {
        var waiter = Leading();
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

    private Waiter Leading()
    {
        _receiving.Open(true);
        var waiter = new Waiter();
        _receiving.Enter(waiter);
        Assert.True(_receiving.TryGive());
        return waiter;
    }
}
