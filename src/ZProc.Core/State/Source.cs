namespace ZProc.Core.State;

/// <summary>Who made an update: a session or a process.</summary>
/// <param name="Id">The session's client id, or the process's record id. Unique.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ProcessId">Its operating system process.</param>
public sealed record Source(Guid Id, string Name, int ProcessId);
