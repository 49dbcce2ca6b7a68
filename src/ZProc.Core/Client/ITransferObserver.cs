namespace ZProc.Core.Client;

/// <summary>Is told how much of a large namespace has arrived, on the thread that waits for it.</summary>
public interface ITransferObserver
{
    /// <summary>When the observer wants to be told next. Each call of <see cref="OnTransfer"/> sets another time.</summary>
    Deadline Due { get; }

    /// <summary>The rest of the namespace has not arrived yet. What this throws ends the wait.</summary>
    void OnTransfer(Transfer transfer);

    /// <summary>The wait has ended, with or without the namespace.</summary>
    void OnEnded();
}
