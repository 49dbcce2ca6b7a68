using Spectre.Console;

namespace ZProc.Terminal;

/// <summary>The styles of the screen. They are of the sixteen colours that every terminal theme defines, so they suit dark and light ones.</summary>
internal static class Styles
{
    private static readonly Style[] ByTone =
    [
        Style.Plain,
        new(decoration: Decoration.Dim),
        new(decoration: Decoration.Bold),
        new(foreground: Color.Green),
        new(foreground: Color.Olive),
        new(foreground: Color.Maroon),
    ];

    /// <summary>The row that is selected, and the pane.</summary>
    public static Style Selected { get; } = new(decoration: Decoration.Invert);

    /// <summary>A row that has just changed.</summary>
    public static Style Changed { get; } = new(foreground: Color.Olive, decoration: Decoration.Bold);

    /// <summary>The titles of columns.</summary>
    public static Style Head { get; } = new(decoration: Decoration.Bold | Decoration.Underline);

    /// <summary>The style of a tone.</summary>
    public static Style Of(Tone tone) => ByTone[(int)tone];
}
