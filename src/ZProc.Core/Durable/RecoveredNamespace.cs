using ZProc.Core.State;

namespace ZProc.Core.Durable;

/// <summary>A namespace as a folder held it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Revision">Its last revision.</param>
/// <param name="Exists">False for one that was removed: only its revision is known.</param>
/// <param name="Updated">When its last update was made, in UTC.</param>
/// <param name="Entries">Its entries.</param>
/// <param name="Updates">Its kept updates, without gaps, up to the last revision.</param>
internal sealed record RecoveredNamespace(
    string Name, long Revision, bool Exists, DateTime Updated, IReadOnlyList<KeyValuePair<string, Entry>> Entries, IReadOnlyList<Update> Updates);
