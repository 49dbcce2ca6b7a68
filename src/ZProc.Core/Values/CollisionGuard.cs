namespace ZProc.Core.Values;

/// <summary>
/// Counts the keys of a table whose hash codes a sender can foresee, and says when the table needs <see cref="KeyComparer"/>. Few such
/// keys cost little even if all of them collide, so ordinary tables keep the comparer that PowerShell gives them.
/// </summary>
internal struct CollisionGuard
{
    private const int Few = 64;

    private int _count;

    /// <summary>Whether the table must change its comparer before it takes the next key: true once at most.</summary>
    public bool IsDue(ValueKind kind) => KeyComparer.CanCollide(kind) && ++_count == Few;
}
