using ZProc.Core.State;

namespace ZProc.Dashboard;

/// <summary>Keys that have changed in a <see cref="StateView"/>.</summary>
/// <param name="Entries">The keys with their entries.</param>
/// <param name="Gone">The keys that are gone.</param>
internal sealed record StateChanges(IReadOnlyList<KeyValuePair<string, Entry>> Entries, IReadOnlyList<string> Gone);
