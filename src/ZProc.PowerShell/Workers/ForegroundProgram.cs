using ZProc.Core.Processes;

namespace ZProc.Workers;

/// <summary>A native program that a pipeline waits for.</summary>
/// <param name="Process">The program.</param>
/// <param name="IsCommandStopped">Whether the engine has stopped the command that runs the program: the script does not go on when the program ends.</param>
internal sealed record ForegroundProgram(ProcessIdentity Process, Func<bool> IsCommandStopped);
