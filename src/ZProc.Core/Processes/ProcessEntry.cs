using System.Runtime.InteropServices;

namespace ZProc.Core.Processes;

/// <summary>One line of the platform's process list. Zombies are not on it: they run nothing.</summary>
/// <param name="Identity">The process.</param>
/// <param name="ParentId">Its parent now, which is init's once the original has gone.</param>
/// <param name="SessionId">The session, which outlives its leader.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessEntry(ProcessIdentity Identity, int ParentId, int SessionId);
