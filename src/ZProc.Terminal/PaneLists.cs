namespace ZProc.Terminal;

/// <summary>The lists of the panes.</summary>
internal static class PaneLists
{
    /// <summary>The column of a process's name.</summary>
    public const int ProcessName = 1;

    /// <summary>Makes the lists, in the order of <see cref="Pane"/>.</summary>
    public static ListView[] Make() =>
    [
        new(
        [
            new("ID", 4, IsRight: true),
            new("NAME", 8, Share: 2),
            new("KIND", 8, HiddenBelow: 72),
            new("STATE", 10),
            new("TRY", 3, IsRight: true),
            new("CPU%", 5, IsRight: true, HiddenBelow: 50),
            new("MEMORY", 7, IsRight: true, HiddenBelow: 60),
            new("LAST OUTPUT", 8, Share: 5),
        ], "No process has been started in this context."),
        new(
        [
            new("KEY", 8, Share: 2),
            new("VALUE", 10, Share: 5),
            new("REV", 6, IsRight: true),
            new("CHANGED", 8),
        ], "This namespace has no keys."),
        new(
        [
            new("ID", 4, IsRight: true),
            new("NAME", 8, Share: 3),
            new("NAMESPACE", 9, Share: 2),
            new("KEYS", 6, Share: 3),
            new("CONDITION", 9, Share: 2),
            new("RUNS IN", 8, Share: 2, HiddenBelow: 60),
        ], "This session has no watchers."),
        new(
        [
            new("TIME", 8),
            new("REV", 6, IsRight: true),
            new("WHO", 10, Share: 1),
            new("CHANGES", 10, Share: 4),
        ], "No update is known yet."),
        new(
        [
            new("KIND", 8),
            new("NAME", 10, Share: 1),
            new("PID", 7, IsRight: true),
            new("NAMESPACE", 9, HiddenBelow: 60),
            new("ENDPOINT", 10, Share: 3),
        ], "There is no context."),
    ];

    /// <summary>What the details of a row are called.</summary>
    public static string TitleOf(Pane pane, Row row) => pane switch
    {
        Pane.Processes => $"Process {row.Cells[ProcessName].Text}",
        Pane.State => $"Key {row.Key}",
        Pane.Watchers => $"Watcher {row.Cells[1].Text}",
        Pane.Updates => $"Update {row.Cells[1].Text}",
        _ => $"{row.Cells[0].Text} {row.Cells[1].Text}",
    };
}
