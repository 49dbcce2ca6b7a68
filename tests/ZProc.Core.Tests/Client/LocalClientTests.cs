using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class LocalClientTests
{
    private readonly Store _store = new();
    private readonly LocalClient _client;
    private readonly Turn _turn;
    private readonly Task<CommitResult>[] _waiting;

    public LocalClientTests()
    {
        _client = new LocalClient(_store);
        _turn = new LocalClient(_store).AcquireTurn(Ns, Tester);
        _waiting = [.. Enumerable.Range(0, ClientLimits.InFlight).Select(i => _client.CommitAsync(Set("n", i)))];
    }

    [Fact]
    public void Unwaited_writes_wait_for_room_behind_a_held_turn()
    {
        Task<CommitResult>? beyond = null;
        var writer = StartWriter(() => beyond = _client.CommitAsync(Set("n", -1)));
        Assert.Equal(ClientLimits.InFlight, _store.Waiting(Ns));
        _turn.Dispose();
        Assert.True(writer.Join(Soon));
        Assert.True(Task.WhenAll(_waiting).Wait(Soon));
        Assert.True(beyond!.Wait(Soon));
        Assert.Equal(-1, _client.Get(Ns, "n")!.Value.Value.Plain());
    }

    [Fact]
    public void The_wait_for_room_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        OperationCanceledException? cancelled = null;
        var writer = StartWriter(() => cancelled = Assert.ThrowsAny<OperationCanceledException>(() => _client.CommitAsync(Set("n", -1), cancellation.Token).Wait(Soon)));
        cancellation.Cancel();
        Assert.True(writer.Join(Soon));
        Assert.NotNull(cancelled);
        Assert.Equal(ClientLimits.InFlight, _store.Waiting(Ns));
    }

    [Fact]
    public void The_end_of_the_store_ends_the_wait_for_room()
    {
        Task<CommitResult>? beyond = null;
        var writer = StartWriter(() => beyond = _client.CommitAsync(Set("n", -1)));
        _store.Close(new FaultException(Fault.ContextStopped, "stopped"));
        Assert.True(writer.Join(Soon));
        Assert.Equal(Fault.ContextStopped, FaultOf(() => beyond!.WaitAsync(Soon).GetAwaiter().GetResult()));
    }

    [Fact]
    public void Waited_writes_and_writes_of_a_turn_need_no_room()
    {
        Assert.Equal(Fault.Timeout, FaultOf(() => _client.Commit(Set("n", -1), In(0.05))));
        using var own = _client.AcquireTurn("other", Tester);
        Assert.True(_client.CommitAsync(Set("n", 1, turn: own.Id) with { Namespace = "other" }).Wait(Soon));
    }

    /// <summary>Begins to write on a thread of its own, and returns when that waits.</summary>
    private static Thread StartWriter(Action write)
    {
        var writer = new Thread(() => write()) { IsBackground = true };
        writer.Start();
        Assert.True(SpinWait.SpinUntil(() => writer.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || !writer.IsAlive, Soon));
        return writer;
    }
}
