namespace ZProc.Core.State;

/// <summary>The maker of an update: a session or a process.</summary>
/// <param name="Id">The session's client id, or the process's record id. Unique.</param>
/// <param name="Name">The name that people see.</param>
/// <param name="ProcessId">The id of its OS process.</param>
public sealed record Source(Guid Id, string Name, int ProcessId);
