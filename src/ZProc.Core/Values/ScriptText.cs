namespace ZProc.Core.Values;

/// <summary>A script block, as text.</summary>
/// <param name="Text">The script, without the braces around it.</param>
public sealed record ScriptText(string Text);
