namespace ZProc.Core.Values;

/// <summary>
/// The objects of one CLIXML text and the references among them. Whoever writes a decoded object back writes a shared part wherever
/// it is referred to, so a short text can stand for very many objects.
/// </summary>
internal sealed class CliXmlGraph
{
    /// <summary>How deep an object that was read is written back, and two levels more.</summary>
    private const int Depth = 12;

    /// <summary>How many times larger than its text an object may become.</summary>
    private const int Growth = 8;

    /// <summary>How many objects are never too many.</summary>
    private const int Few = 1_000;

    private readonly List<int> _ownSizes = [];
    private readonly List<(int From, int To)> _edges = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private int _size;
    private bool _hasReferences;

    /// <summary>Adds an object.</summary>
    /// <param name="parent">The one that it is a part of.</param>
    /// <param name="id">The id by which later parts refer to it.</param>
    public int AddObject(int? parent, string? id)
    {
        var added = _ownSizes.Count;
        _ownSizes.Add(1);
        _size++;
        if (parent is { } from)
        {
            _edges.Add((from, added));
        }

        if (id is not null)
        {
            _ids[id] = added;
        }

        return added;
    }

    /// <summary>Adds a part that has no parts.</summary>
    public void AddLeaf(int? parent)
    {
        _size++;
        if (parent is { } from)
        {
            _ownSizes[from]++;
        }
    }

    /// <summary>Adds a reference to an object that is there.</summary>
    /// <returns>Whether it is there.</returns>
    public bool TryRefer(int parent, string id)
    {
        if (!_ids.TryGetValue(id, out var to))
        {
            return false;
        }

        _size++;
        _hasReferences = true;
        _edges.Add((parent, to));
        return true;
    }

    /// <summary>Whether the first object stays within bounds when each reference in it is followed.</summary>
    public bool IsBounded()
    {
        if (!_hasReferences)
        {
            return true;
        }

        var highest = (Growth * (double)_size) + Few;
        var sizes = new double[_ownSizes.Count];
        for (var depth = 0; depth < Depth; depth++)
        {
            var deeper = new double[sizes.Length];
            for (var i = 0; i < deeper.Length; i++)
            {
                deeper[i] = _ownSizes[i];
            }

            foreach (var (from, to) in _edges)
            {
                deeper[from] += sizes[to];
            }

            sizes = deeper;
        }

        return sizes[0] <= highest;
    }
}
