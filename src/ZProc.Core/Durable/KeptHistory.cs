using System.Runtime.InteropServices;

namespace ZProc.Core.Durable;

/// <summary>The history that a store keeps of a namespace.</summary>
/// <param name="Oldest">The oldest revision: a journal may delete earlier ones.</param>
/// <param name="Bytes">The size of its updates.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeptHistory(long Oldest, long Bytes);
