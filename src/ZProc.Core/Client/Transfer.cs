using System.Runtime.InteropServices;

namespace ZProc.Core.Client;

/// <summary>How much of a large namespace has arrived.</summary>
/// <param name="Keys">The keys that are here.</param>
/// <param name="AllKeys">All keys of the namespace.</param>
/// <param name="Bytes">The bytes that are here.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Transfer(int Keys, int AllKeys, long Bytes);
