using System.Runtime.InteropServices;

namespace ZProc.Requests;

/// <summary>A process of another session whose record has changed, to be shown.</summary>
/// <param name="Control">The process.</param>
/// <param name="IsEnd">Whether this is the change that ended the process. There is one for each process.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ShownChange(RemoteControl Control, bool IsEnd);
