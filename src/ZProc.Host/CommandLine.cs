namespace ZProc.Host;

/// <summary>A command line, understood.</summary>
internal sealed record CommandLine
{
    public required StartAction Action { get; init; }

    /// <summary>The file's full path, the command's text, or what is wrong with the command line.</summary>
    public string Text { get; init; } = string.Empty;

    public IReadOnlyList<CommandParameter> Arguments { get; init; } = [];

    public string? WorkingDirectory { get; init; }

    public bool NonInteractive { get; init; }

    public bool NoLogo { get; init; }
}
