using StackExchange.Redis;
using ZProc.Core.Values;

namespace ZProc.Core.Engines.Redis;

/// <summary>What a commit does with one key, as the script has it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Expected">The revision that the key must have; empty for any.</param>
/// <param name="Action">A letter, and the value to set or to add.</param>
internal readonly record struct PlannedKey(string Key, RedisValue Expected, RedisValue Action)
{
    private static readonly RedisValue RemoveAction = "D";
    private static readonly RedisValue KeepAction = "K";

    /// <summary>Sets a key.</summary>
    public static PlannedKey Set(string key, long? expected, EncodedValue value) => new(key, Revision(expected), Coded('S', value));

    /// <summary>Adds a whole number to a key. The script refuses the commit where <see cref="CanAdd"/> is false of the key's value, and where the sum is large.</summary>
    public static PlannedKey Add(string key, long? expected, EncodedValue value) => new(key, Revision(expected), Coded('A', value));

    /// <summary>Whether the script can add to a value.</summary>
    /// <param name="current">The value now; null for a missing one.</param>
    /// <param name="by">The value to add.</param>
    public static bool CanAdd(EncodedValue? current, EncodedValue by) =>
        IsWholeNumber(by.Kind) && (current is not { } value || value.Kind == ValueKind.Null || IsWholeNumber(value.Kind));

    /// <summary>Removes a key.</summary>
    public static PlannedKey Remove(string key, long? expected) => new(key, Revision(expected), RemoveAction);

    /// <summary>Leaves a key as it is.</summary>
    public static PlannedKey Keep(string key, long? expected) => new(key, Revision(expected), KeepAction);

    private static bool IsWholeNumber(ValueKind kind) => kind is ValueKind.Int32 or ValueKind.Int64;

    private static byte[] Coded(char letter, EncodedValue value)
    {
        var action = new byte[1 + value.Length];
        action[0] = (byte)letter;
        value.Bytes.Span.CopyTo(action.AsSpan(1));
        return action;
    }

    private static RedisValue Revision(long? expected) => expected is { } revision ? RedisFormat.Revision(revision) : RedisValue.EmptyString;
}
