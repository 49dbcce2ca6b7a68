using System.Text;

namespace ZProc.Core.Processes;

/// <summary>Cuts plain text into lines of bounded length, and remembers the last ones, and how a runtime's own last words began.</summary>
internal sealed class TextLines
{
    private const int MaxLine = 16 * 1024;
    private const int MaxTail = 4 * 1024;

    // What .NET begins with when it gives a process up. The stack that follows may be longer than what is remembered.
    private static readonly string[] CrashOpenings = ["Unhandled exception", "Process terminated.", "Stack overflow.", "Out of memory.", "Fatal error."];

    private readonly StreamReader _reader;
    private readonly Action<string> _line;
    private readonly object _gate = new();
    private readonly StringBuilder _tail = new();
    private readonly StringBuilder _crash = new();

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

    /// <summary>The beginning of what .NET said when it gave the process up; empty when it did not.</summary>
    public string Crash
    {
        get
        {
            lock (_gate)
            {
                return _crash.ToString().TrimEnd();
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

            if (Array.Exists(CrashOpenings, opening => line.StartsWith(opening, StringComparison.Ordinal)))
            {
                _crash.Clear().Append(line).Append('\n');
            }
            else if (_crash.Length > 0 && _crash.Length + line.Length < MaxTail)
            {
                _crash.Append(line).Append('\n');
            }
        }

        _line(line);
    }
}
