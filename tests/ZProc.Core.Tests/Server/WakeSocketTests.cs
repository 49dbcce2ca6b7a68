using System.Net.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Server;

/// <summary>The wake-up of a thread that waits for sockets, by a pair of sockets (Linux) and by a datagram socket (elsewhere).</summary>
public sealed class WakeSocketTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wake_up_that_is_sent_after_the_thread_looked_is_taken_the_next_time(bool isPair)
    {
        using var wake = new WakeSocket(isPair);
        Assert.True(wake.TryClaim()); // a waker announces the wake-up, and has not sent it yet
        wake.Take(); // the thread was awake for another reason
        wake.Send();
        Assert.True(IsAwake(wake));
        wake.Take();
        Assert.False(IsAwake(wake)); // or each later wait would return at once
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_wake_up_that_follows_a_take_arrives(bool isPair)
    {
        using var wake = new WakeSocket(isPair);
        wake.Take(); // nothing is there
        for (var round = 0; round < 3; round++)
        {
            wake.Wake();
            wake.Wake();
            Assert.True(IsAwake(wake));
            wake.Take();
            Assert.False(IsAwake(wake));
        }
    }

    [Fact]
    public void A_wake_up_that_could_not_be_sent_does_not_cost_the_next_one()
    {
        using var wake = new WakeSocket(isPair: true);
        var filling = new byte[4096];
        while (wake.Writer.Send(filling, SocketFlags.None, out var error) > 0 || error == SocketError.Success)
        {
            // The socket gets full.
        }

        wake.Wake(); // there is no room for it
        while (wake.Reader.Receive(filling, SocketFlags.None, out var error) > 0 && error == SocketError.Success)
        {
            // The socket gets empty.
        }

        wake.Wake();
        Assert.True(IsAwake(wake));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_left_when_all_wakers_are_done(bool isPair)
    {
        using var wake = new WakeSocket(isPair);
        var running = 4;
        Action waker = () =>
        {
            for (var round = 0; round < 20_000; round++)
            {
                wake.Wake();
            }

            Interlocked.Decrement(ref running);
        };
        var threads = TestThreads.Run(waker, waker, waker, waker, () =>
        {
            while (Volatile.Read(ref running) > 0)
            {
                wake.Take();
            }
        });
        threads.Join();
        wake.Take();
        Assert.False(IsAwake(wake));
    }

    private static bool IsAwake(WakeSocket wake) => wake.Reader.Poll(0, SelectMode.SelectRead);
}
