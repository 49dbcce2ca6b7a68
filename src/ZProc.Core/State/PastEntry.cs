using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>One key's value at an earlier revision.</summary>
/// <param name="Value">The value.</param>
/// <param name="Revision">The revision that set it; null when that update is no longer kept.</param>
/// <param name="Updated">When the server committed that revision, in UTC; null when that update is no longer kept.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PastEntry(EncodedValue Value, long? Revision, DateTime? Updated);
