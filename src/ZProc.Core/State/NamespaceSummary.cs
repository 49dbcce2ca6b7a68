using System.Runtime.InteropServices;

namespace ZProc.Core.State;

/// <summary>How far and how large a namespace is.</summary>
/// <param name="Revision">Its newest revision.</param>
/// <param name="Count">How many keys it has.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NamespaceSummary(long Revision, int Count);
