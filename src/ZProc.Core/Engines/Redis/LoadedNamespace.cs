using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>A whole namespace as the engine had it.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Sequence">The engine's sequence.</param>
/// <param name="Stamp">The stamp of the newest update.</param>
/// <param name="Entries">Every key with its entry, in no order.</param>
internal sealed record LoadedNamespace(long Revision, long Sequence, byte[] Stamp, KeyValuePair<string, Entry>[] Entries);
