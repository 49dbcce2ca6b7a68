using ZProc.Core.Processes;

namespace ZProc.Processes;

/// <summary>A process that an earlier server left.</summary>
/// <param name="Record">Its record, as that server wrote it last.</param>
/// <param name="Start">What it was started with.</param>
/// <param name="Revision">The revision of what is kept, for <see cref="KeptStarts.Remove"/>.</param>
/// <param name="Lineage">Marks the OS processes of that server; null when that is not known.</param>
internal sealed record KeptStart(ProcessRecord Record, ProcessStart Start, long Revision, Lineage? Lineage);
