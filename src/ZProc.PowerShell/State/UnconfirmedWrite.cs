namespace ZProc.State;

/// <summary>A write on its way.</summary>
internal sealed class UnconfirmedWrite
{
    public UnconfirmedWrite(long number, Guid source, string ns)
    {
        Number = number;
        Source = source;
        Namespace = ns;
    }

    /// <summary>Counts the writes of a context.</summary>
    public long Number { get; }

    /// <summary>Who wrote it.</summary>
    public Guid Source { get; }

    /// <summary>Where to.</summary>
    public string Namespace { get; }

    /// <summary>Ends when its outcome is known and noted.</summary>
    public Task Settled { get; set; } = Task.CompletedTask;
}
