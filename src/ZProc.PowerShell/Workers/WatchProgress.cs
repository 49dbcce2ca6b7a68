using System.Runtime.InteropServices;

namespace ZProc.Workers;

/// <summary>How far a watcher's action has come, so that another attempt goes on from there.</summary>
/// <param name="Revision">The revision of the last update that the action was called for and returned from.</param>
/// <param name="Calls">How many calls it has returned from, over all attempts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WatchProgress(long Revision, int Calls);
