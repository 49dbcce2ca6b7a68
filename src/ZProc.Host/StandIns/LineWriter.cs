namespace Microsoft.PowerShell.Commands;

/// <summary>Takes formatted lines, and either hands each on or keeps them all.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly Action<string>? _line;
    private readonly bool _noNewline;

    public LineWriter(Action<string>? line, bool noNewline)
        : base(CultureInfo.InvariantCulture)
    {
        _line = line;
        _noNewline = noNewline;
    }

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value) => _text.Append(value);

    public override void Write(string? value) => _text.Append(value);

    public override void WriteLine() => WriteLine(string.Empty);

    public override void WriteLine(string? value)
    {
        _text.Append(value);
        if (_line is not null)
            HandOn();
        else if (!_noNewline)
            _text.Append(Environment.NewLine);
    }

    public override void Flush()
    {
        if (_line is not null && _text.Length > 0)
            HandOn();
    }

    public override string ToString() => _text.ToString();

    private void HandOn()
    {
        string line = _text.ToString();
        _text.Clear();
        _line!(line);
    }
}
