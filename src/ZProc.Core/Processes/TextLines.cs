using System.Text;

namespace ZProc.Core.Processes;

/// <summary>Cuts plain text into lines of bounded length, and remembers the last ones.</summary>
internal sealed class TextLines
{
    private const int MaxLine = 16 * 1024;
    private const int MaxTail = 4 * 1024;
    private readonly StreamReader _reader;
    private readonly Action<string> _line;
    private readonly object _gate = new();
    private readonly StringBuilder _tail = new();

    public TextLines(StreamReader reader, Action<string> line)
    {
        _reader = reader;
        _line = line;
    }

    /// <summary>The end of what was read.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
            {
                return _tail.ToString().TrimEnd();
            }
        }
    }

    /// <summary>Reads to the end.</summary>
    public void Read()
    {
        var pending = new StringBuilder();
        var buffer = new char[4096];
        while (_reader.Read(buffer, 0, buffer.Length) is var read and > 0)
        {
            foreach (var character in buffer.AsSpan(0, read))
            {
                if (character != '\n')
                {
                    pending.Append(character);
                }

                if (character == '\n' || pending.Length == MaxLine)
                {
                    Emit(pending);
                }
            }
        }

        if (pending.Length > 0)
        {
            Emit(pending);
        }
    }

    private void Emit(StringBuilder pending)
    {
        var line = pending.ToString().TrimEnd('\r');
        pending.Clear();
        lock (_gate)
        {
            _tail.Append(line).Append('\n');
            if (_tail.Length > MaxTail)
            {
                _tail.Remove(0, _tail.Length - MaxTail);
            }
        }

        _line(line);
    }
}
