namespace ZProc.Requests;

/// <summary>
/// The right to take the output of a process for another session. One sender has it at a time; the next one gets what that
/// sender leaves. Thread-safe.
/// </summary>
internal sealed class SendTurn
{
    private OutputSender? _holder;

    /// <summary>Raised when the turn is free again. A handler must only signal.</summary>
    public event Action? Freed;

    /// <summary>Takes the turn if it is free.</summary>
    /// <returns>The sender that has the turn now.</returns>
    public OutputSender TryTake(OutputSender sender) => Interlocked.CompareExchange(ref _holder, sender, null) ?? sender;

    /// <summary>Gives the turn back.</summary>
    public void End()
    {
        Volatile.Write(ref _holder, null);
        Freed?.Invoke();
    }
}
