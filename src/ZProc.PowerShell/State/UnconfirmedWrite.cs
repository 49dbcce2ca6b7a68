namespace ZProc.PowerShell;

/// <summary>A write on its way.</summary>
internal sealed class UnconfirmedWrite
{
    public UnconfirmedWrite(Guid source, string ns)
    {
        Source = source;
        Namespace = ns;
    }

    /// <summary>Who wrote it.</summary>
    public Guid Source { get; }

    /// <summary>Where to.</summary>
    public string Namespace { get; }

    /// <summary>Ends when its outcome is known and noted.</summary>
    public Task Settled { get; set; } = Task.CompletedTask;
}
