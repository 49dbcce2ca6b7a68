using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>The exclusive right to commit to one namespace. Dispose releases it; a second call does nothing.</summary>
public sealed class Turn : IDisposable
{
    private readonly Action<Turn> _release;
    private int _released;

    internal Turn(string ns, TurnGrant grant, Action<Turn> release)
    {
        Namespace = ns;
        Id = grant.Turn;
        Revision = grant.Revision;
        _release = release;
    }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>The turn's id, for a <see cref="State.CommitRequest"/> inside it.</summary>
    public long Id { get; }

    /// <summary>The namespace's revision when the turn was granted. Only commits inside the turn change it.</summary>
    public long Revision { get; }

    /// <summary>Notes that a commit has released the turn.</summary>
    public void Ended() => Interlocked.Exchange(ref _released, 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _release(this);
        }
    }
}
