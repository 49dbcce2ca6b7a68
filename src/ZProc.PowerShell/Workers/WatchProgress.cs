using System.Runtime.InteropServices;

namespace ZProc.Workers;

/// <summary>How far a watcher's action has come. The next attempt goes on from there.</summary>
/// <param name="Revision">The revision of the last update for which a call of the action returned.</param>
/// <param name="Calls">How many calls have returned, over all attempts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WatchProgress(long Revision, int Calls);
