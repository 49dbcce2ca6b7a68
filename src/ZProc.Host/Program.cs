namespace ZProc.Host;

/// <summary>The entry point: reads the command line, runs a session and ends the process with its exit code.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        CommandLine line = CommandLineParser.Parse(arguments);
        switch (line.Action)
        {
            case StartAction.Fail:
                Console.Error.WriteLine(line.Text);
                return ExitCodes.BadCommandLine;
            case StartAction.ShowVersion:
                Console.WriteLine($"ZProc.Host, PowerShell engine {EngineVersion}");
                return ExitCodes.Success;
            case StartAction.ShowHelp:
                Console.WriteLine(CommandLineHelp.Text);
                return ExitCodes.Success;
            default:
                int code = new Session(line).Run();
                Console.Out.Flush();

                // Not a plain return: a runspace that cannot be stopped has a foreground thread, which would keep us alive.
                Environment.Exit(code);
                return code;
        }
    }

    private static string EngineVersion => typeof(PSObject).Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
