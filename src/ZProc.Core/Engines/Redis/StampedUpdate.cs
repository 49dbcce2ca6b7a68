using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>An update of the engine's log.</summary>
/// <param name="Update">The update.</param>
/// <param name="Stamp">
/// The client and the request that made it. Two updates of one revision with different stamps show that the engine has lost
/// commits and made others in their place.
/// </param>
internal sealed record StampedUpdate(Update Update, byte[] Stamp);
