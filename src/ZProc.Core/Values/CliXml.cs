namespace ZProc.Core.Values;

/// <summary>An object without a kind of its own, serialized as PowerShell does it for its own jobs.</summary>
/// <param name="Text">The CLIXML.</param>
public sealed record CliXml(string Text);
