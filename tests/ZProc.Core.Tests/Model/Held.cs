using ZProc.StatePeer;

namespace ZProc.Core.Tests.Model;

/// <summary>What the model holds for a key. Nobody changes the value.</summary>
internal sealed record Held(object? Value, long Revision)
{
    /// <summary>The value as <see cref="ValueText"/> has it.</summary>
    public string Text { get; } = ValueText.Of(Value);
}
