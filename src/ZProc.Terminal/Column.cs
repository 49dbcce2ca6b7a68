namespace ZProc.Terminal;

/// <summary>A column of a list.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Width">Its width in cells; for a column with a share, the least width.</param>
/// <param name="Share">The share of the width that fixed columns leave; 0 for a fixed column.</param>
/// <param name="IsRight">Whether its texts stand at the right.</param>
/// <param name="HiddenBelow">The width of the terminal below which the column is left out.</param>
public sealed record Column(string Title, int Width, int Share = 0, bool IsRight = false, int HiddenBelow = 0);
