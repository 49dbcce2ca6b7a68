using ZProc.Core.Client;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class RequestTableTests
{
    private readonly RequestTable _requests = new(request => request.TakeMessage(), () => { }, (waiter, deadline) => waiter.Sleep(deadline));

    [Fact]
    public void A_writer_that_waits_for_room_goes_on_when_writes_are_given_up()
    {
        for (var i = 0; i < ClientLimits.InFlight; i++)
        {
            _requests.Send(Operation.Commit, null, RequestTable.ReadEmpty);
        }

        var writer = new Thread(() => _requests.WaitForRoom(Deadline.Never, CancellationToken.None)) { IsBackground = true };
        writer.Start();
        Assert.True(SpinWait.SpinUntil(() => writer.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Soon));
        lock (_requests.Gate)
        {
            Assert.Equal(ClientLimits.InFlight, _requests.TakeUnsure().Count);
        }

        Assert.True(writer.Join(Soon));
    }
}
