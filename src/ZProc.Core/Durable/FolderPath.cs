namespace ZProc.Core.Durable;

/// <summary>Compares the paths of folders as the system does.</summary>
public static class FolderPath
{
    /// <summary>Whether two full paths name one folder. Their case counts on Linux alone.</summary>
    public static bool AreSame(string? first, string? second) => AreSame(first, second, OperatingSystem.IsWindows() || OperatingSystem.IsMacOS());

    internal static bool AreSame(string? first, string? second, bool ignoresCase) =>
        string.Equals(first, second, ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}
