namespace ZProc.Core.Engines.Redis;

/// <summary>
/// The turns of the client's atomic blocks, and the turns and tickets of the client that have ended. A fail-over to a server that has not heard
/// of an end gives the turn back to the client, and none of its blocks and writes would end it again. Bounded. Thread-safe.
/// </summary>
internal sealed class OwnTurns
{
    private const int MostEnded = 1024;

    private readonly object _gate = new();
    private readonly Dictionary<(string Namespace, long Number), Guid> _held = []; // and for whom
    private readonly Queue<(string Namespace, long Number)> _ended = [];

    /// <summary>Notes the turn of a block.</summary>
    public void Begin(string ns, long number, Guid source)
    {
        lock (_gate)
        {
            _held[(ns, number)] = source;
        }
    }

    /// <summary>Notes that a turn or a ticket is not wanted any more.</summary>
    public void End(string ns, long number)
    {
        lock (_gate)
        {
            EndLocked(ns, number);
        }
    }

    /// <summary>Notes that a source has ended, and its blocks with it.</summary>
    public void End(Guid source)
    {
        lock (_gate)
        {
            foreach (var (ns, number) in _held.Where(pair => pair.Value == source).Select(static pair => pair.Key).ToArray())
            {
                EndLocked(ns, number);
            }
        }
    }

    /// <summary>The turns and tickets that have ended last.</summary>
    public IReadOnlyList<(string Namespace, long Number)> Ended()
    {
        lock (_gate)
        {
            return [.. _ended];
        }
    }

    private void EndLocked(string ns, long number)
    {
        _held.Remove((ns, number));
        _ended.Enqueue((ns, number));
        if (_ended.Count > MostEnded)
        {
            _ended.Dequeue();
        }
    }
}
