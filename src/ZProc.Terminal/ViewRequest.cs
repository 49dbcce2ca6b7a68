using System.Runtime.InteropServices;

namespace ZProc.Terminal;

/// <summary>What a user asks for.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Pane">The pane from which the request comes.</param>
/// <param name="Key">The key of a row, the name of a namespace, or the text to search for.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ViewRequest(ViewRequestKind Kind, Pane Pane, string Key = "");
