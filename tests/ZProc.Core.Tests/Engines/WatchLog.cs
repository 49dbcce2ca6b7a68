using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>A watch over a whole namespace that is read on a thread of its own, and fails at the first gap or repetition.</summary>
internal sealed class WatchLog
{
    private readonly Watch _watch;
    private readonly TestThreads _reading;
    private readonly CancellationTokenSource _ending = new();
    private long _revision;
    private volatile bool _hasEnded;

    public WatchLog(IClient client)
    {
        _watch = client.Watch(new WatchOptions { Namespace = Ns });
        _revision = _watch.StartRevision;
        _reading = TestThreads.Run(Read);
    }

    /// <summary>The last revision that the watch has seen.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>Why the watch ended; null while it goes on.</summary>
    public Fault? Ended { get; private set; }

    /// <summary>Waits until the watch has seen a revision, or has ended. No more may come.</summary>
    public void Finish(long revision)
    {
        Assert.True(SpinWait.SpinUntil(() => Revision >= revision || _hasEnded, Soon), $"The watch has seen revision {Revision} of {revision}.");
        _ending.Cancel();
        _reading.Join();
        _watch.Dispose();
        if (Ended is null)
        {
            Assert.Equal(revision, Revision);
        }
    }

    private void Read()
    {
        try
        {
            while (_watch.Read(Deadline.Never, _ending.Token) is { } update)
            {
                Assert.Equal(_revision + 1, update.Revision);
                Interlocked.Exchange(ref _revision, update.Revision);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
        catch (FaultException fault)
        {
            Ended = fault.Fault;
        }
        finally
        {
            _hasEnded = true;
        }
    }
}
