using ZProc.Core.Client;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class PendingReplyTests
{
    [Fact]
    public async Task A_request_that_cannot_be_withdrawn_at_its_deadline_is_waited_for_until_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        bool Refuse()
        {
            cancellation.Cancel();
            return false;
        }

        var reply = new TaskCompletionSource<int>().Task; // that of a disk that hangs
        var wait = Task.Factory.StartNew(
            () => PendingReply.Wait(reply, Deadline.After(TimeSpan.Zero), Refuse, "the disk", cancellation.Token),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Soon));
    }

    [Fact]
    public void The_failure_of_a_request_that_cannot_be_withdrawn_is_the_caller_s()
    {
        var reply = new TaskCompletionSource<int>();
        bool Fail()
        {
            reply.SetException(new FaultException(Fault.DiskFailed, "full"));
            return false;
        }

        Assert.Equal(Fault.DiskFailed, FaultOf(() => PendingReply.Wait(reply.Task, Deadline.After(TimeSpan.Zero), Fail, "the disk", CancellationToken.None)));
    }
}
