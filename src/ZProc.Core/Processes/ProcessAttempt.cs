namespace ZProc.Core.Processes;

/// <summary>One run of a process's script that has ended.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="ProcessId">The OS process it ran in; null when there was none.</param>
/// <param name="Started">When it began, in UTC.</param>
/// <param name="Ended">When it ended, in UTC: the start plus the time that passed, whatever happened to the clock of the system meanwhile.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="ErrorId">The id of that error.</param>
public sealed record ProcessAttempt(int Number, int? ProcessId, DateTime Started, DateTime Ended, int ExitCode, string? Error, string? ErrorId);
