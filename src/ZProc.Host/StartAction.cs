namespace ZProc.Host;

/// <summary>What a command line asks for.</summary>
internal enum StartAction
{
    RunFile,
    RunCommand,
    ReadCommands,
    Prompt,
    ShowVersion,
    ShowHelp,
    Fail,
}
