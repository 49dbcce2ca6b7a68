namespace ZProc.Core.Values;

/// <summary>Any other .NET object, as PowerShell serializes it for its own jobs.</summary>
/// <param name="Text">The CLIXML.</param>
public sealed record CliXml(string Text);
