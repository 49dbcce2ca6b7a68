using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>A line that Select-String found.</summary>
public sealed class MatchInfo
{
    public bool IgnoreCase { get; internal set; }

    public long LineNumber { get; internal set; }

    public string Line { get; internal set; } = string.Empty;

    public string Path { get; internal set; } = "InputStream";

    public string Filename => Path == "InputStream" ? Path : System.IO.Path.GetFileName(Path);

    public string Pattern { get; internal set; } = string.Empty;

    public IReadOnlyList<Match> Matches { get; internal set; } = [];

    /// <summary>The line, behind its file and number unless it came through the pipeline.</summary>
    public string ToString(string? directory) =>
        Path == "InputStream" ? Line : $"{(directory is null ? Path : System.IO.Path.GetRelativePath(directory, Path))}:{LineNumber}:{Line}";

    public override string ToString() => ToString(null);

    /// <summary>What the engine's view of this type asks for, to mark what matched.</summary>
    public string ToEmphasizedString(string? directory) => ToString(directory);
}
