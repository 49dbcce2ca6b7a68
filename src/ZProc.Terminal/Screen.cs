namespace ZProc.Terminal;

/// <summary>
/// What the terminal shows of a context: five panes, one of them in sight, and what the user does with them. Data come from one
/// thread, and keys from another. Thread-safe.
/// </summary>
public sealed class Screen
{
    private const int MarkMilliseconds = 1500;
    private const int SmallestWidth = 30;
    private const int SmallestHeight = 6;

    private readonly object _gate = new();
    private readonly Action<ViewRequest> _request;
    private readonly bool _canControl;
    private readonly ListView[] _lists = PaneLists.Make();
    private readonly Prompt _prompt = new();
    private readonly TextView _text = new();
    private IReadOnlyList<Cell> _header = [];
    private IReadOnlyList<string> _namespaces = [];
    private string _namespace = string.Empty;
    private ViewRequest? _opened;
    private bool _isHelpShown;
    private long _markedUntil;
    private bool _isChanged = true;

    /// <param name="canControl">Whether processes can be stopped and restarted.</param>
    /// <param name="request">Called for what the user asks for, on the thread of the keys; must only take note.</param>
    public Screen(bool canControl, Action<ViewRequest> request)
    {
        _canControl = canControl;
        _request = request;
    }

    private Pane Shown { get; set; }

    private ListView Current => _lists[(int)Shown];

    private bool HasNamespaces => Shown is Pane.State or Pane.Updates;

    /// <summary>Sets the line at the top.</summary>
    public void SetHeader(IReadOnlyList<Cell> cells) => Change(() => _header = cells);

    /// <summary>Adds or replaces rows of a pane, and removes others.</summary>
    public void Set(Pane pane, IReadOnlyCollection<Row> rows, IReadOnlyCollection<string> gone) => Change(() =>
    {
        _lists[(int)pane].Rows.Remove(gone);
        _lists[(int)pane].Rows.Set(rows);
        _markedUntil = rows.Select(row => row.Changed + MarkMilliseconds).Append(_markedUntil).Max();
    });

    /// <summary>Removes all rows of a pane.</summary>
    public void Clear(Pane pane) => Change(() =>
    {
        _lists[(int)pane].Rows.Clear();
        _lists[(int)pane].Reset();
    });

    /// <summary>Sets the namespaces that can be shown, and which one is.</summary>
    public void SetNamespaces(IReadOnlyList<string> names, string shown) => Change(() => (_namespaces, _namespace) = (names, shown));

    /// <summary>Sets the details of a row, unless the user has left them.</summary>
    /// <param name="of">The request that they answer.</param>
    /// <param name="head">Lines that do not scroll.</param>
    /// <param name="body">Lines that scroll.</param>
    public void SetDetails(ViewRequest of, IReadOnlyList<Cell> head, IReadOnlyList<Cell> body)
    {
        lock (_gate)
        {
            if (_opened == of)
            {
                _text.Set(head, body);
                _isChanged = true;
            }
        }
    }

    /// <summary>Says something in the bottom line, until the next key.</summary>
    public void Say(Cell text) => Change(() => _prompt.Message = text);

    /// <summary>Whether the screen has to be drawn again. The next call says so only after another change.</summary>
    /// <param name="now">The time, in milliseconds of <see cref="Environment.TickCount64"/>.</param>
    public bool TakeChanged(long now)
    {
        lock (_gate)
        {
            var isMarkOver = _markedUntil != 0 && now >= _markedUntil;
            if (isMarkOver)
            {
                _markedUntil = 0;
            }

            var isChanged = _isChanged || isMarkOver;
            _isChanged = false;
            return isChanged;
        }
    }

    /// <summary>Does what a key asks for.</summary>
    /// <returns>False when the view ends.</returns>
    public bool Handle(ConsoleKeyInfo key)
    {
        lock (_gate)
        {
            _isChanged = true;
            if (_prompt.Handle(key, out var answer))
            {
                TakeAnswer(answer);
                return true;
            }

            return !IsCharacter(key, 'q') && HandleView(key);
        }
    }

    /// <summary>The lines of the screen at a size.</summary>
    internal IReadOnlyList<Line> Draw(int width, int height, long now)
    {
        lock (_gate)
        {
            var lines = new List<Line>(height);
            if (width < SmallestWidth || height < SmallestHeight)
            {
                lines.Add(new Line(width).Add("The terminal is too small.").Fill());
            }
            else
            {
                lines.Add(ScreenBars.Header(_header, width));
                lines.Add(ScreenBars.Tabs(_lists, Shown, width));
                if (_isHelpShown || _opened is not null)
                {
                    _text.Draw(lines, width, height - lines.Count - 1);
                }
                else
                {
                    if (HasNamespaces)
                    {
                        lines.Add(ScreenBars.Namespace(_namespace, _namespaces.Count, width));
                    }

                    Current.Draw(lines, width, height - lines.Count - 1, now - MarkMilliseconds);
                }

                lines.Add(_prompt.Draw(width, Keys(), Current.Rows.Search));
            }

            while (lines.Count < height)
            {
                lines.Add(new Line(width).Fill());
            }

            return lines;
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _isChanged = true;
        }
    }

    private void TakeAnswer(Answer answer)
    {
        if (answer.Request is { } request)
        {
            _request(request);
        }

        if (answer.Search is { } search)
        {
            Current.Rows.Search = search;
            _request(new ViewRequest(ViewRequestKind.Search, Shown, search));
        }
    }

    private bool HandleView(ConsoleKeyInfo key)
    {
        var isText = _isHelpShown || _opened is not null;
        if (isText ? _text.Handle(key.Key) : Current.Handle(key.Key))
        {
            return true;
        }

        switch (key.Key)
        {
            case ConsoleKey.Escape or ConsoleKey.Backspace when isText:
                CloseText();
                break;
            case ConsoleKey.Escape:
                TakeAnswer(new Answer(Search: string.Empty));
                break;
            case ConsoleKey.Tab:
                Show((Pane)(((int)Shown + (key.Modifiers.HasFlag(ConsoleModifiers.Shift) ? _lists.Length - 1 : 1)) % _lists.Length));
                break;
            case ConsoleKey.Enter when !isText:
                Open(isBodyOnly: false);
                break;
            case ConsoleKey.LeftArrow or ConsoleKey.RightArrow when HasNamespaces && !isText:
                SelectNamespace(key.Key == ConsoleKey.LeftArrow ? -1 : 1);
                break;
            default:
                if (!key.Modifiers.HasFlag(ConsoleModifiers.Control))
                {
                    HandleCharacter(key.KeyChar, isText);
                }

                break;
        }

        return true;
    }

    private void HandleCharacter(char character, bool isText)
    {
        switch (character)
        {
            case >= '1' and <= '5':
                Show((Pane)(character - '1'));
                break;
            case '/' when !isText:
                _prompt.BeginSearch(Current.Rows.Search);
                break;
            case '?':
                CloseText();
                _isHelpShown = true;
                _text.Reset("Keys", isFollowing: false, isBodyOnly: true);
                _text.Set([], HelpText.Lines(_canControl));
                break;
            case 'f' when isText && _opened is not null:
                _text.IsFollowing = !_text.IsFollowing;
                break;
            case 'f' when Shown == Pane.Processes:
                Open(isBodyOnly: true);
                break;
            case 's' or 'r' when Shown == Pane.Processes && Current.Selected is { } row && !_isHelpShown:
                if (_canControl)
                {
                    _prompt.Ask(character == 's' ? "Stop" : "Restart", row.Cells[PaneLists.ProcessName].Text, new ViewRequest(character == 's' ? ViewRequestKind.Stop : ViewRequestKind.Restart, Shown, row.Key));
                }
                else
                {
                    _prompt.Message = new Cell("Read-only: start the view with -AllowControl to stop and restart processes.", Tone.Warning);
                }

                break;
        }
    }

    private void Show(Pane pane)
    {
        CloseText();
        Shown = pane;
    }

    private void Open(bool isBodyOnly)
    {
        if (Current.Selected is { } row)
        {
            var request = new ViewRequest(ViewRequestKind.Open, Shown, row.Key);
            _opened = request;
            _text.Reset(PaneLists.TitleOf(Shown, row), isFollowing: Shown == Pane.Processes, isBodyOnly);
            _request(request);
        }
    }

    private void CloseText()
    {
        _isHelpShown = false;
        if (_opened is not null)
        {
            _opened = null;
            _request(new ViewRequest(ViewRequestKind.Close, Shown));
        }
    }

    private void SelectNamespace(int step)
    {
        if (_namespaces.Count > 0)
        {
            var at = Enumerable.Range(0, _namespaces.Count).FirstOrDefault(place => _namespaces[place] == _namespace, -step);
            _namespace = _namespaces[(at + step + _namespaces.Count) % _namespaces.Count];
            _request(new ViewRequest(ViewRequestKind.Namespace, Shown, _namespace));
        }
    }

    private string Keys() => _isHelpShown ? "↑↓ scroll  Esc back  q quit"
        : _opened is not null ? ScreenBars.DetailKeys(Shown, _canControl)
        : ScreenBars.ListKeys(Shown, _canControl);

    private static bool IsCharacter(ConsoleKeyInfo key, char character) => key.KeyChar == character && (key.Modifiers & ~ConsoleModifiers.Shift) == 0;
}
