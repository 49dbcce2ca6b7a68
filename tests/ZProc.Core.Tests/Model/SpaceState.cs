using System.Collections.Immutable;

namespace ZProc.Core.Tests.Model;

/// <summary>A namespace at one revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Sequence">The server's sequence that made it.</param>
/// <param name="Exists">Whether it was written to since it was removed last.</param>
/// <param name="Entries">Its keys.</param>
internal sealed record SpaceState(long Revision, long Sequence, bool Exists, ImmutableSortedDictionary<string, Held> Entries)
{
    /// <summary>Never written to.</summary>
    public static readonly SpaceState Empty = new(0, 0, false, ImmutableSortedDictionary.Create<string, Held>(StringComparer.Ordinal));
}
