namespace ZProc.Host;

/// <summary>The text of -Help.</summary>
internal static class CommandLineHelp
{
    public const string Text = """
        Usage: ZProc.Host [-NoProfile] [-NonInteractive] [-NoLogo] [-WorkingDirectory <folder>]
                          [[-File] <script> [arguments] | -Command <text> | -Command - | -EncodedCommand <base64>]
               ZProc.Host -Version | -Help

        A small PowerShell host for machines without pwsh. It takes pwsh's arguments and gives pwsh's exit codes.
        Without a script or command it reads commands, from the terminal or from standard input.
        Profiles are never run.
        """;
}
