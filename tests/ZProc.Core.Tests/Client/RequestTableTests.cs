using System.Runtime.CompilerServices;
using MessagePack;
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

    [Fact]
    public void A_write_that_was_sent_and_has_no_answer_at_its_deadline_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        using var asked = new ManualResetEventSlim();
        var requests = new RequestTable(
            request =>
            {
                request.TakeMessage();
                if (request.Operation == Operation.Withdraw)
                {
                    asked.Set();
                }
            },
            () => { },
            (waiter, deadline) => waiter.Sleep(deadline));
        var sent = requests.Send(Operation.Commit, null, RequestTable.ReadEmpty);
        Exception? outcome = null;
        var writer = new Thread(() => outcome = Record.Exception(
            () => requests.Wait(sent, In(0), () => requests.Withdraw(sent, stop.Token), "the turn", stop.Token))) { IsBackground = true };
        writer.Start();
        Assert.True(asked.Wait(Soon));
        Assert.True(SpinWait.SpinUntil(() => writer.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Soon));
        stop.Cancel();
        Assert.True(writer.Join(Soon));
        Assert.IsAssignableFrom<OperationCanceledException>(outcome);
        Assert.False(sent.Reply.IsCompleted); // its outcome is not known
    }

    [Fact]
    public void When_the_client_leaves_a_write_that_was_not_sent_is_known_not_to_be_made()
    {
        var queued = new List<Request>();
        var requests = new RequestTable(queued.Add, () => { }, (waiter, deadline) => waiter.Sleep(deadline));
        var (sent, unsent) = (requests.Send(Operation.Commit, null, RequestTable.ReadEmpty), requests.Send(Operation.Commit, null, RequestTable.ReadEmpty));
        Assert.NotNull(queued[0].TakeMessage());
        requests.End(new FaultException(Fault.ContextStopped, "left"), () => { }, new FaultException(Fault.ConnectionLost, "unknown"));
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => sent.Reply.GetAwaiter().GetResult()));
        Assert.Equal(Fault.ContextStopped, FaultOf(() => unsent.Reply.GetAwaiter().GetResult()));
        Assert.Null(queued[1].TakeMessage());
    }

    [Fact]
    public void A_write_that_is_withdrawn_takes_no_memory_while_it_is_in_the_queue()
    {
        var queued = new List<Request>();
        var requests = new RequestTable(queued.Add, () => { }, (waiter, deadline) => waiter.Sleep(deadline));
        var (message, content) = Withdraw(requests, queued);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(message.IsAlive);
        Assert.False(content.IsAlive);
        Assert.Null(Assert.Single(queued).TakeMessage());
    }

    /// <summary>Queues a request and withdraws it. A method of its own, so that no local variable keeps anything.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Message, WeakReference Content) Withdraw(RequestTable requests, List<Request> queued)
    {
        var content = new byte[1000];
        var request = requests.Send(Operation.Commit, (ref MessagePackWriter writer) => writer.Write(content), RequestTable.ReadEmpty);
        var weak = (new WeakReference(MessageOf(queued[0])), new WeakReference(content));
        Assert.True(weak.Item1.IsAlive);
        Assert.True(requests.Withdraw(request, CancellationToken.None));
        return weak;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref byte[]? MessageOf(Request request);
}
