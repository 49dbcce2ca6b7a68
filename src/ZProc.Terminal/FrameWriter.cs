using Spectre.Console;

namespace ZProc.Terminal;

/// <summary>Writes screens to a terminal: of each only the lines that differ from the last one, in one piece. Not thread-safe.</summary>
internal sealed class FrameWriter
{
    // Terminals that know these show all between them at once. Others ignore them.
    private const string BeginTogether = "\e[?2026h";
    private const string EndTogether = "\e[?2026l";

    private readonly TextWriter _output;
    private readonly AnsiWriter _writer;
    private IReadOnlyList<Line> _shown = [];

    /// <param name="output">The terminal. It is flushed after each screen.</param>
    public FrameWriter(TextWriter output)
    {
        _output = output;

        // The settings find out how many colours there are, and none where NO_COLOR is set.
        _writer = new AnsiWriter(output, AnsiCapabilities.Create(output, new AnsiWriterSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Detect }));
    }

    /// <summary>Opens the terminal's other screen, which has no history, and hides the cursor.</summary>
    public void Open()
    {
        _writer.EnterAltScreen();
        _writer.HideCursor();
        Clear();
    }

    /// <summary>Goes back to the screen that was there before.</summary>
    public void Close()
    {
        _writer.ResetStyle();
        _writer.EraseInDisplay(2); // some terminals show lines of this screen in the other one after a change of size
        _writer.ShowCursor();
        _writer.ExitAltScreen();
        _output.Flush();
    }

    /// <summary>Makes the next screen be written as a whole.</summary>
    public void Clear()
    {
        _writer.ResetStyle();
        _writer.EraseInDisplay(2);
        _output.Flush();
        _shown = [];
    }

    /// <summary>Writes a screen.</summary>
    public void Write(IReadOnlyList<Line> lines)
    {
        var changed = Enumerable.Range(0, lines.Count).Where(at => at >= _shown.Count || !_shown[at].LooksLike(lines[at])).ToArray();
        if (changed.Length > 0)
        {
            _output.Write(BeginTogether);
            foreach (var at in changed)
            {
                _writer.CursorPosition(at + 1, 1);
                foreach (var segment in lines[at].Segments)
                {
                    _writer.Write(segment.Text, segment.Style);
                }
            }

            _output.Write(EndTogether);
            _output.Flush();
        }

        _shown = lines;
    }
}
