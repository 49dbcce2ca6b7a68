using System.Runtime.InteropServices;

namespace ZProc.Dashboard;

/// <summary>What the record of a process does not hold.</summary>
/// <param name="Processor">The processors that the process keeps busy, in percent of one; null when unknown.</param>
/// <param name="Memory">The resident memory in bytes; null when unknown.</param>
/// <param name="LastLine">The newest output; null when unknown.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessFigures(double? Processor, long? Memory, string? LastLine);
