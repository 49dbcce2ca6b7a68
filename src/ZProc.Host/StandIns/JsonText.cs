namespace Microsoft.PowerShell.Commands;

/// <summary>Writes JSON in the layout of ConvertTo-Json.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private readonly bool _indented;
    private int _level;
    private bool _empty;

    public JsonText(bool indented) => _indented = indented;

    public void Raw(string value) => _text.Append(value);

    public void Begin(char bracket)
    {
        _text.Append(bracket);
        _level++;
        _empty = true;
    }

    public void End(char bracket)
    {
        _level--;
        if (!_empty)
            NewLine();
        _empty = false;
        _text.Append(bracket);
    }

    public void Item()
    {
        if (!_empty)
            _text.Append(',');
        _empty = false;
        NewLine();
    }

    public void Name(string name)
    {
        Item();
        String(name);
        _text.Append(_indented ? ": " : ":");
    }

    public void String(string value)
    {
        _text.Append('"');
        foreach (char letter in value)
        {
            string? escape = letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\u0085' or '\u2028' or '\u2029' => $"\\u{(int)letter:x4}",
                _ => null,
            };
            if (escape is null)
                _text.Append(letter);
            else
                _text.Append(escape);
        }

        _text.Append('"');
    }

    public override string ToString() => _text.ToString();

    private void NewLine()
    {
        if (_indented)
            _text.AppendLine().Append(' ', _level * 2);
    }
}
