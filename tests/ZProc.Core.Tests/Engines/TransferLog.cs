using ZProc.Core.Client;

namespace ZProc.Core.Tests.Engines;

/// <summary>Keeps what an observer of a large namespace is told, every few milliseconds.</summary>
internal sealed class TransferLog : ITransferObserver
{
    /// <summary>What had arrived, each time.</summary>
    public List<Transfer> Transfers { get; } = [];

    /// <summary>How many waits have ended.</summary>
    public int Ends { get; private set; }

    public Deadline Due => Deadline.After(TimeSpan.FromMilliseconds(2));

    public void OnTransfer(Transfer transfer) => Transfers.Add(transfer);

    public void OnEnded() => Ends++;
}
