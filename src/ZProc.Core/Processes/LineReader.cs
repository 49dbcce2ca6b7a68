using System.Text;

namespace ZProc.Core.Processes;

/// <summary>Reads plain text to its end and cuts it into lines of bounded length.</summary>
internal sealed class LineReader
{
    private const int MaxLine = 16 * 1024;

    private readonly StreamReader _reader;
    private readonly Action<string> _line;

    /// <summary>Creates it.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="line">Receives each line, without its end.</param>
    public LineReader(StreamReader reader, Action<string> line)
    {
        _reader = reader;
        _line = line;
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
        _line(line);
    }
}
