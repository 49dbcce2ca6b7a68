namespace ZProc.Host;

/// <summary>The exit codes that are not a script's own; they are pwsh's.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int BadCommandLine = 64;
    public const int StartFailed = 70;
}
