using System.Runtime.InteropServices;

namespace ZProc.Core.State;

/// <summary>The revision of a namespace and its number of keys.</summary>
/// <param name="Revision">Its newest revision.</param>
/// <param name="Count">How many keys it has.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NamespaceSummary(long Revision, int Count);
