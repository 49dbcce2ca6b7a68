namespace ZProc.Terminal;

/// <summary>A text that scrolls, and follows its own end while asked to. Above it stand lines that do not scroll. Not thread-safe.</summary>
internal sealed class TextView
{
    private IReadOnlyList<Cell> _head = [];
    private IReadOnlyList<Cell> _body = [];
    private List<(string Text, Tone Tone)>? _wrapped;
    private int _wrappedWidth;
    private int _top;
    private int _height = 1;

    /// <summary>What is shown.</summary>
    public string Title { get; set; } = string.Empty;

    /// <summary>Whether the end of the text stays in sight.</summary>
    public bool IsFollowing { get; set; }

    /// <summary>Whether the lines above the text are left out.</summary>
    public bool IsBodyOnly { get; set; }

    /// <summary>Sets the text.</summary>
    /// <param name="head">The lines that do not scroll.</param>
    /// <param name="body">The lines that scroll; a line that is too long is folded.</param>
    public void Set(IReadOnlyList<Cell> head, IReadOnlyList<Cell> body)
    {
        _head = head;
        if (!_body.SequenceEqual(body))
        {
            _body = body;
            _wrapped = null;
        }
    }

    /// <summary>Begins with another text.</summary>
    public void Reset(string title, bool isFollowing, bool isBodyOnly)
    {
        Set(["…"], []);
        (Title, IsFollowing, IsBodyOnly, _top) = (title, isFollowing, isBodyOnly, 0);
    }

    /// <summary>Scrolls.</summary>
    /// <returns>False for a key that does not scroll.</returns>
    public bool Handle(ConsoleKey key)
    {
        var last = LastTop();
        var from = IsFollowing ? last : _top;
        int? target = key switch
        {
            ConsoleKey.UpArrow => from - 1,
            ConsoleKey.DownArrow => from + 1,
            ConsoleKey.PageUp => from - Math.Max(1, _height - 1),
            ConsoleKey.PageDown => from + Math.Max(1, _height - 1),
            ConsoleKey.Home => 0,
            ConsoleKey.End => last,
            _ => null,
        };
        if (target is not { } wanted)
        {
            return false;
        }

        _top = Math.Clamp(wanted, 0, last);
        IsFollowing &= _top == last;
        return true;
    }

    /// <summary>Adds the lines of the text to a screen.</summary>
    /// <param name="lines">The screen.</param>
    /// <param name="width">Its width, in cells.</param>
    /// <param name="height">How many lines the text has.</param>
    public void Draw(List<Line> lines, int width, int height)
    {
        var end = lines.Count + height;
        lines.Add(new Line(width).Add(PlainText.Escape(Title) + (IsFollowing ? "  (following)" : string.Empty), Styles.Head).Fill());
        if (!IsBodyOnly)
        {
            foreach (var cell in _head.Take(_body.Count == 0 ? height - 1 : Math.Max(1, (height * 2 / 3) - 1)))
            {
                lines.Add(new Line(width).Add(cell).Fill());
            }
        }

        _height = Math.Max(1, end - lines.Count);
        Wrap(width);
        _top = IsFollowing ? LastTop() : Math.Clamp(_top, 0, LastTop());
        for (var at = _top; lines.Count < end; at++)
        {
            var (text, tone) = at < _wrapped!.Count ? _wrapped[at] : (string.Empty, Tone.Normal);
            lines.Add(new Line(width).Add(text, Styles.Of(tone)).Fill());
        }
    }

    private int LastTop() => Math.Max(0, (_wrapped?.Count ?? 0) - _height);

    private void Wrap(int width)
    {
        if (_wrapped is null || _wrappedWidth != width)
        {
            _wrappedWidth = width;
            _wrapped = [.. _body.SelectMany(cell => PlainText.Wrap(PlainText.Line(cell.Text), width).Select(text => (text, cell.Tone)))];
        }
    }
}
