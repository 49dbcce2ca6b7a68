using ZProc.StatePeer;

namespace ZProc.Core.Tests.Model;

/// <summary>The model's entry for a key. The value is never changed in place.</summary>
internal sealed record Held(object? Value, long Revision)
{
    /// <summary>The value as <see cref="ValueText"/> has it.</summary>
    public string Text { get; } = ValueText.Of(Value);
}
