using System.Runtime.InteropServices;

namespace ZProc.Core.Processes;

/// <summary>An OS process told apart from a later one with the same id.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">When it started, in the platform's own unit.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProcessIdentity(int Id, long StartTime);
