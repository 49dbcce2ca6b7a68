namespace ZProc.Terminal;

/// <summary>A row of a list. Its texts are made when the row is drawn, so a row out of sight costs little.</summary>
public sealed class Row
{
    private readonly Func<IReadOnlyList<Cell>> _make;
    private IReadOnlyList<Cell>? _cells;

    /// <param name="key">Identifies the row in its list.</param>
    /// <param name="order">The first sort key: rows are sorted by it, and then by <paramref name="text"/>.</param>
    /// <param name="text">The second sort key, compared ordinally.</param>
    /// <param name="search">What a search looks at.</param>
    /// <param name="make">Makes the texts, one for each column.</param>
    public Row(string key, long order, string text, string search, Func<IReadOnlyList<Cell>> make)
    {
        Key = key;
        Order = order;
        Text = text;
        Search = search;
        _make = make;
    }

    /// <summary>Identifies the row in its list.</summary>
    public string Key { get; }

    /// <summary>When the row changed before the eyes of the user, in milliseconds of <see cref="Environment.TickCount64"/>; 0 for never.</summary>
    public long Changed { get; init; }

    internal long Order { get; }

    internal string Text { get; }

    internal string Search { get; }

    internal IReadOnlyList<Cell> Cells => _cells ??= _make();
}
