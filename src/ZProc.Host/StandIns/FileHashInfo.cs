namespace Microsoft.PowerShell.Commands;

/// <summary>The result of Get-FileHash.</summary>
public sealed class FileHashInfo
{
    public string Algorithm { get; internal init; } = string.Empty;

    public string Hash { get; internal init; } = string.Empty;

    public string? Path { get; internal init; }
}
