using System.Runtime.InteropServices;

namespace ZProc.Core.Tests.Engines;

/// <summary>A key of a Redis server.</summary>
/// <param name="Type">Its type, as the server names it.</param>
/// <param name="Count">How many elements it has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoredKey(string Type, long Count);
