using StackExchange.Redis;
using ZProc.Core.Values;

namespace ZProc.Core.Engines.Redis;

/// <summary>What a commit does with one key, as the script has it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Expected">The revision that the key must have; empty for any.</param>
/// <param name="Action">A letter, and the value to set.</param>
internal readonly record struct PlannedKey(string Key, RedisValue Expected, RedisValue Action)
{
    private static readonly RedisValue RemoveAction = "D";
    private static readonly RedisValue KeepAction = "K";

    /// <summary>Sets a key.</summary>
    public static PlannedKey Set(string key, long? expected, EncodedValue value)
    {
        var action = new byte[1 + value.Length];
        action[0] = (byte)'S';
        value.Bytes.Span.CopyTo(action.AsSpan(1));
        return new PlannedKey(key, Revision(expected), action);
    }

    /// <summary>Removes a key.</summary>
    public static PlannedKey Remove(string key, long? expected) => new(key, Revision(expected), RemoveAction);

    /// <summary>Leaves a key as it is.</summary>
    public static PlannedKey Keep(string key, long? expected) => new(key, Revision(expected), KeepAction);

    private static RedisValue Revision(long? expected) => expected is { } revision ? RedisFormat.Revision(revision) : RedisValue.EmptyString;
}
