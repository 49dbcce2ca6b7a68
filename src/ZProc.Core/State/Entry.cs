using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>One key's value, and when it last changed.</summary>
/// <param name="Value">The value.</param>
/// <param name="Revision">The namespace's revision that set it.</param>
/// <param name="Updated">When the server committed that revision, in UTC.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Entry(EncodedValue Value, long Revision, DateTime Updated);
