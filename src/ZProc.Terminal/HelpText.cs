namespace ZProc.Terminal;

/// <summary>What the keys do.</summary>
internal static class HelpText
{
    /// <summary>The lines of the help.</summary>
    public static IReadOnlyList<Cell> Lines(bool canControl) =>
    [
        "1 to 5, Tab        show another pane",
        "Up, Down           select a row, or scroll",
        "PageUp, PageDown   the same, by pages",
        "Home, End          the first row, the last row",
        "Left, Right        another namespace, in the panes State and Updates",
        "Enter              details of the row; for a process with its output",
        "f                  output of the process; there, follow its end or not",
        "/                  search while you type; Enter keeps the search, Esc ends it",
        "Esc                back",
        canControl ? "s                  stop the process, after y" : "s                  stop the process (read-only: needs -AllowControl)",
        canControl ? "r                  run the process again, after y" : "r                  run the process again (read-only: needs -AllowControl)",
        "Ctrl+L             draw everything again",
        "q, Ctrl+C          end the view; the context and its processes go on",
    ];
}
