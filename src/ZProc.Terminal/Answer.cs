using System.Runtime.InteropServices;

namespace ZProc.Terminal;

/// <summary>What a user has answered to a prompt.</summary>
/// <param name="Request">What was confirmed; null for nothing.</param>
/// <param name="Search">The text to search for; null for the one there is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Answer(ViewRequest? Request = null, string? Search = null);
