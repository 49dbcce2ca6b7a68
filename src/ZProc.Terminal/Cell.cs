using System.Runtime.InteropServices;

namespace ZProc.Terminal;

/// <summary>A text in one line, with its meaning. Control characters in the text are shown escaped.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tone">What the text means.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Cell(string Text, Tone Tone = Tone.Normal)
{
    /// <summary>A plain text as a cell.</summary>
    public static implicit operator Cell(string? text) => new(text ?? string.Empty);

    /// <summary>A plain text as a cell.</summary>
    public static Cell ToCell(string? text) => text;
}
