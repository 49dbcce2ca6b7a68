namespace ZProc.Terminal;

/// <summary>Sorted rows, and those of them that a search finds. A changed row is moved to its place; nothing else is sorted again. Not thread-safe.</summary>
internal sealed class RowList
{
    // From this many changes at once, sorting everything is cheaper than moving each row.
    private const int FewRows = 64;
    private const int PartOfAll = 16;

    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly List<Row> _found = [];
    private string _search = string.Empty;

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.Count;

    /// <summary>The rows that the search finds, sorted.</summary>
    public IReadOnlyList<Row> Found => _found;

    /// <summary>A part of the rows to show, in any case; empty for all rows.</summary>
    public string Search
    {
        get => _search;
        set
        {
            if (value != _search)
            {
                _search = value;
                Rebuild();
            }
        }
    }

    /// <summary>Adds rows, or puts them in the place of those with the same keys.</summary>
    public void Set(IReadOnlyCollection<Row> rows)
    {
        if (rows.Count > FewRows && rows.Count > _rows.Count / PartOfAll)
        {
            foreach (var row in rows)
            {
                _rows[row.Key] = row;
            }

            Rebuild();
            return;
        }

        foreach (var row in rows)
        {
            Remove(row.Key);
            _rows.Add(row.Key, row);
            if (IsFound(row))
            {
                _found.Insert(~_found.BinarySearch(row, RowOrder.Instance), row);
            }
        }
    }

    /// <summary>Removes rows.</summary>
    public void Remove(IReadOnlyCollection<string> keys)
    {
        if (keys.Count > FewRows && keys.Count > _rows.Count / PartOfAll)
        {
            foreach (var key in keys)
            {
                _rows.Remove(key);
            }

            Rebuild();
            return;
        }

        foreach (var key in keys)
        {
            Remove(key);
        }
    }

    /// <summary>Removes all rows.</summary>
    public void Clear()
    {
        _rows.Clear();
        _found.Clear();
    }

    /// <summary>The place of a row among those that are found; negative when the row is not there.</summary>
    public int IndexOf(string key) => _rows.TryGetValue(key, out var row) ? _found.BinarySearch(row, RowOrder.Instance) : -1;

    private void Remove(string key)
    {
        if (_rows.Remove(key, out var row) && _found.BinarySearch(row, RowOrder.Instance) is >= 0 and var at)
        {
            _found.RemoveAt(at);
        }
    }

    private bool IsFound(Row row) => _search.Length == 0 || row.Search.Contains(_search, StringComparison.OrdinalIgnoreCase);

    private void Rebuild()
    {
        _found.Clear();
        _found.AddRange(_rows.Values.Where(IsFound));
        _found.Sort(RowOrder.Instance);
    }
}
