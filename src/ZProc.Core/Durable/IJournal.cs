using ZProc.Core.State;

namespace ZProc.Core.Durable;

/// <summary>What keeps the updates of a store. One thread at a time calls it.</summary>
internal interface IJournal : IDisposable
{
    /// <summary>The largest update that can be written, as <see cref="Update.Size"/> counts. The removal of a namespace can have any size.</summary>
    long MaximumUpdateBytes { get; }

    /// <summary>Writes updates, all or none. They are on disk when this returns.</summary>
    /// <exception cref="FaultException"><see cref="Fault.DiskFailed"/>: none was written. A later call may succeed.</exception>
    void Write(JournalBatch batch);
}
