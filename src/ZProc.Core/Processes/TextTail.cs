using System.Text;

namespace ZProc.Core.Processes;

/// <summary>Keeps the last lines of a text, and the first lines of a crash report of .NET in it. Thread-safe.</summary>
internal sealed class TextTail
{
    private const int MaxLength = 4 * 1024;

    // How a crash report of .NET begins. The stack behind it may be longer than the tail.
    private static readonly string[] CrashOpenings = ["Unhandled exception", "Process terminated.", "Stack overflow.", "Out of memory.", "Fatal error."];

    private readonly object _gate = new();
    private readonly StringBuilder _tail = new();
    private readonly StringBuilder _crash = new();

    /// <summary>The end of the text.</summary>
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

    /// <summary>The beginning of the last crash report; empty when there is none.</summary>
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

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        lock (_gate)
        {
            _tail.Append(line).Append('\n');
            if (_tail.Length > MaxLength)
            {
                _tail.Remove(0, _tail.Length - MaxLength);
            }

            if (Array.Exists(CrashOpenings, opening => line.StartsWith(opening, StringComparison.Ordinal)))
            {
                _crash.Clear().Append(line).Append('\n');
            }
            else if (_crash.Length > 0 && _crash.Length + line.Length < MaxLength)
            {
                _crash.Append(line).Append('\n');
            }
        }
    }
}
