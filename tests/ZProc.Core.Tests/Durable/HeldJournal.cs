using ZProc.Core.Durable;
using ZProc.Core.State;

namespace ZProc.Core.Tests.Durable;

/// <summary>A journal in memory that a test holds up, or lets fail.</summary>
internal sealed class HeldJournal : IJournal
{
    private readonly SemaphoreSlim _permits = new(0);
    private readonly SemaphoreSlim _arrivals = new(0);

    /// <summary>The batches that were written.</summary>
    public List<IReadOnlyList<Update>> Written { get; } = [];

    /// <summary>Whether writes go on without a permit.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether the disk refuses writes.</summary>
    public bool Fails { get; set; }

    public bool IsDisposed { get; private set; }

    public long MaximumUpdateBytes { get; set; } = long.MaxValue;

    /// <summary>Waits until a write has begun.</summary>
    public void WaitForWrite() => Assert.True(_arrivals.Wait(TestValues.Soon));

    /// <summary>Lets one write end.</summary>
    public void Permit() => _permits.Release();

    public void Write(JournalBatch batch)
    {
        _arrivals.Release();
        if (!IsOpen)
        {
            _permits.Wait();
        }

        if (Fails)
        {
            throw new FaultException(Fault.DiskFailed, "The disk is full: nothing was changed. Make room and try again.", inner: new IOException("No space left on device"));
        }

        Written.Add(batch.Updates);
    }

    public void Dispose() => IsDisposed = true;
}
