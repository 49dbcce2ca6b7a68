namespace ZProc.Terminal;

/// <summary>The bottom line: the keys, a message, a question, or the text to search for. Not thread-safe.</summary>
internal sealed class Prompt
{
    private const int MaximumSearch = 256;

    private string? _search;
    private (string Verb, string Name, ViewRequest Request)? _question;

    /// <summary>What is said until the next key; null for nothing.</summary>
    public Cell? Message { get; set; }

    /// <summary>Takes a text to search for.</summary>
    public void BeginSearch(string text) => _search = text;

    /// <summary>Asks whether something shall be done.</summary>
    public void Ask(string verb, string name, ViewRequest request) => _question = (verb, name, request);

    /// <summary>Takes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="answer">What the key has answered.</param>
    /// <returns>False for a key that the prompt does not take.</returns>
    public bool Handle(ConsoleKeyInfo key, out Answer answer)
    {
        answer = default;
        Message = null;
        if (_question is { } question)
        {
            _question = null;
            answer = key.KeyChar is 'y' or 'Y' ? new Answer(question.Request) : default;
            return true;
        }

        if (_search is null)
        {
            return false;
        }

        switch (key.Key)
        {
            case ConsoleKey.Escape:
                _search = null;
                answer = new Answer(Search: string.Empty);
                return true;
            case ConsoleKey.Enter:
                _search = null;
                return true;
            case ConsoleKey.Backspace:
                _search = _search.Length > 0 ? _search[..^1] : _search;
                break;
            default:
                if (char.IsControl(key.KeyChar) || _search.Length == MaximumSearch)
                {
                    return false; // arrows move the selection meanwhile
                }

                _search += key.KeyChar;
                break;
        }

        answer = new Answer(Search: _search);
        return true;
    }

    /// <summary>The line.</summary>
    /// <param name="width">Its width, in cells.</param>
    /// <param name="keys">The keys to name.</param>
    /// <param name="search">The text that the list is searched for.</param>
    public Line Draw(int width, string keys, string search)
    {
        var line = new Line(width);
        if (_question is { } question)
        {
            return line.Add($"{question.Verb} '{PlainText.Escape(question.Name)}'? y/n", Styles.Selected).Fill();
        }

        if (_search is not null)
        {
            return line.Add("/", Styles.Of(Tone.Title)).Add(PlainText.Escape(_search)).Add(" ", Styles.Selected).Add("  Enter keeps, Esc shows all", Styles.Of(Tone.Quiet)).Fill();
        }

        if (Message is { } message)
        {
            return line.Add(message).Fill();
        }

        return search.Length == 0
            ? line.Add(keys, Styles.Of(Tone.Quiet)).Fill()
            : line.Add($"/{PlainText.Escape(search)}", Styles.Of(Tone.Title)).Add($"  Esc shows all  {keys}", Styles.Of(Tone.Quiet)).Fill();
    }
}
