using System.Runtime.InteropServices;

namespace ZProc.Core.Tests.Model;

/// <summary>The model: every namespace at each of its revisions, in the one order of the server's sequence.</summary>
internal sealed class Timeline
{
    private readonly Dictionary<string, List<SpaceState>> _spaces = [];

    public Timeline(long sequence) => Sequence = sequence;

    /// <summary>The newest sequence.</summary>
    public long Sequence { get; private set; }

    public SpaceState Last(string ns) => Of(ns)[^1];

    public SpaceState AtRevision(string ns, long revision) => Of(ns)[(int)revision];

    public bool HasRevision(string ns, long revision) => revision >= 0 && revision < Of(ns).Count;

    /// <summary>Goes on by one commit.</summary>
    public void Add(string ns, SpaceState state) => Of(ns).Add(state with { Sequence = ++Sequence });

    /// <summary>A namespace as it was at a sequence.</summary>
    public SpaceState At(string ns, long sequence) => Of(ns)[IndexAt(ns, sequence)];

    /// <summary>A namespace as it was at one time or another between two sequences.</summary>
    public IEnumerable<SpaceState> Between(string ns, long first, long last)
    {
        var states = Of(ns);
        for (var i = IndexAt(ns, first); i < states.Count && (states[i].Sequence <= first || states[i].Sequence <= last); i++)
        {
            yield return states[i];
        }
    }

    private List<SpaceState> Of(string ns)
    {
        ref var states = ref CollectionsMarshal.GetValueRefOrAddDefault(_spaces, ns, out _);
        return states ??= [SpaceState.Empty];
    }

    private int IndexAt(string ns, long sequence)
    {
        var states = Of(ns);
        var (low, high) = (0, states.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (states[middle].Sequence <= sequence)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
