using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>The change of one key by one update.</summary>
/// <param name="Key">The key.</param>
/// <param name="Before">Its value before; null when it was missing.</param>
/// <param name="After">Its value after; null when it was removed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KeyChange(string Key, EncodedValue? Before, EncodedValue? After);
