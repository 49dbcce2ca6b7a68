namespace ZProc.Terminal;

/// <summary>A list with a selected row, of which the part in sight is drawn. Not thread-safe.</summary>
internal sealed class ListView
{
    private readonly IReadOnlyList<Column> _columns;
    private readonly string _none;
    private string? _selected; // null while the first row is selected, whichever that is: new rows at the top stay in sight
    private int _at;
    private int _top;
    private int _height = 1;

    /// <param name="columns">The columns.</param>
    /// <param name="none">What an empty list says.</param>
    public ListView(IReadOnlyList<Column> columns, string none)
    {
        _columns = columns;
        _none = none;
    }

    /// <summary>The rows.</summary>
    public RowList Rows { get; } = new();

    /// <summary>The selected row; null in an empty list.</summary>
    public Row? Selected
    {
        get
        {
            Follow();
            return Rows.Found.Count == 0 ? null : Rows.Found[_at];
        }
    }

    /// <summary>Moves the selection.</summary>
    /// <returns>False for a key that moves nothing.</returns>
    public bool Handle(ConsoleKey key)
    {
        Follow();
        int? target = key switch
        {
            ConsoleKey.UpArrow => _at - 1,
            ConsoleKey.DownArrow => _at + 1,
            ConsoleKey.PageUp => _at - Math.Max(1, _height - 1),
            ConsoleKey.PageDown => _at + Math.Max(1, _height - 1),
            ConsoleKey.Home => 0,
            ConsoleKey.End => int.MaxValue,
            _ => null,
        };
        if (target is not { } wanted)
        {
            return false;
        }

        _at = Math.Clamp(wanted, 0, Math.Max(0, Rows.Found.Count - 1));
        _selected = _at == 0 ? null : Rows.Found[_at].Key;
        return true;
    }

    /// <summary>Goes back to the first row.</summary>
    public void Reset() => (_selected, _at, _top) = (null, 0, 0);

    /// <summary>Adds the lines of the list to a screen.</summary>
    /// <param name="lines">The screen.</param>
    /// <param name="width">Its width, in cells.</param>
    /// <param name="height">How many lines the list has, at least two.</param>
    /// <param name="markedSince">The time since which a changed row is marked.</param>
    public void Draw(List<Line> lines, int width, int height, long markedSince)
    {
        Follow();
        _height = Math.Max(1, height - 1);
        var last = Math.Max(0, Rows.Found.Count - _height);
        _top = Math.Clamp(_top, Math.Max(0, _at - _height + 1), Math.Min(_at, last));
        var columns = new Columns(_columns, width);
        lines.Add(columns.Head(width));
        for (var place = 0; place < _height; place++)
        {
            var at = _top + place;
            if (at < Rows.Found.Count)
            {
                var row = Rows.Found[at];
                lines.Add(columns.Draw(row, width, at == _at, row.Changed > markedSince));
            }
            else
            {
                var text = at > 0 ? string.Empty : Rows.Count == 0 ? _none : "Nothing is found. Esc shows all.";
                lines.Add(new Line(width).Add(text, Styles.Of(Tone.Quiet)).Fill());
            }
        }
    }

    /// <summary>Finds the selected row again, after rows have come, moved or gone.</summary>
    private void Follow()
    {
        if (_selected is null)
        {
            _at = 0;
            return;
        }

        var at = Rows.IndexOf(_selected);
        if (at >= 0)
        {
            _at = at;
            return;
        }

        _at = Math.Clamp(_at, 0, Math.Max(0, Rows.Found.Count - 1)); // the row is gone: the one in its place
        _selected = Rows.Found.Count == 0 ? null : Rows.Found[_at].Key;
    }
}
