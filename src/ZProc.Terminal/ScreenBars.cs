namespace ZProc.Terminal;

/// <summary>The lines above and below a pane.</summary>
internal static class ScreenBars
{
    /// <summary>The line at the top.</summary>
    public static Line Header(IReadOnlyList<Cell> cells, int width)
    {
        var line = new Line(width);
        foreach (var cell in cells)
        {
            line.Add(cell).Add("  ");
        }

        return line.Fill();
    }

    /// <summary>The panes, with the numbers of their rows.</summary>
    public static Line Tabs(IReadOnlyList<ListView> lists, Pane shown, int width)
    {
        var line = new Line(width);
        foreach (var pane in Enum.GetValues<Pane>())
        {
            line.Add($" {(int)pane + 1} {pane} {PlainText.Count(lists[(int)pane].Rows.Count)} ", pane == shown ? Styles.Selected : Styles.Of(Tone.Normal));
        }

        return line.Fill();
    }

    /// <summary>The namespace that is shown.</summary>
    public static Line Namespace(string name, int count, int width) => new Line(width)
        .Add("Namespace ", Styles.Of(Tone.Quiet)).Add("◂ ").Add(new Cell(name, Tone.Title)).Add(" ▸")
        .Add($"  of {PlainText.Count(count)}", Styles.Of(Tone.Quiet)).Fill();

    /// <summary>The keys of a list.</summary>
    public static string ListKeys(Pane pane, bool canControl) => pane switch
    {
        Pane.Processes => $"↑↓ select  Enter details  f output{Control(canControl)}  / search  ? help  q quit",
        Pane.State or Pane.Updates => "↑↓ select  ←→ namespace  Enter details  / search  Tab pane  ? help  q quit",
        _ => "↑↓ select  Enter details  / search  Tab pane  ? help  q quit",
    };

    /// <summary>The keys of details.</summary>
    public static string DetailKeys(Pane pane, bool canControl) =>
        $"↑↓ scroll  f follow  Esc back{(pane == Pane.Processes ? Control(canControl) : string.Empty)}  q quit";

    private static string Control(bool canControl) => canControl ? "  s stop  r restart" : "  (read-only)";
}
