namespace ZProc.Contexts;

/// <summary>The context and namespace that were selected in a runspace.</summary>
/// <param name="Context">The context.</param>
/// <param name="Namespace">The namespace that is current in that runspace.</param>
internal sealed record ContextChoice(ZProcContext Context, string Namespace);
