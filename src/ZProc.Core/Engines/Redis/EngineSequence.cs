namespace ZProc.Core.Engines.Redis;

/// <summary>The newest sequence of the engine that this process knows of. A fail-over can take sequences back. Thread-safe.</summary>
internal sealed class EngineSequence
{
    private readonly object _gate = new();
    private long _newest;
    private long _since; // the newest one that was observed after the last call of BeginQuestion

    /// <summary>The newest sequence known.</summary>
    public long Newest => Interlocked.Read(ref _newest);

    /// <summary>Notes a sequence that an answer told, or that another process has seen.</summary>
    public void Observe(long sequence)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _newest, Math.Max(_newest, sequence));
            _since = Math.Max(_since, sequence);
        }
    }

    /// <summary>The engine is about to be asked for its sequence.</summary>
    public void BeginQuestion()
    {
        lock (_gate)
        {
            _since = 0;
        }
    }

    /// <summary>
    /// Notes the answer. A newer sequence that was known before the question is lost. One that was observed since may come from a later commit, and
    /// stays: too new a sequence costs a question, too old a one would make an old copy count as current.
    /// </summary>
    public void EndQuestion(long sequence)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _newest, Math.Max(_since, sequence));
        }
    }
}
