using ZProc.Core.Values;

namespace ZProc.Core.Conditions;

/// <summary>A condition about the state. The values at a revision decide whether the condition is met, so it may be met before any change.</summary>
public interface IStateCondition
{
    /// <summary>Whether the condition runs a script. Such a condition is evaluated only on a thread that reads the watch.</summary>
    bool RunsScript { get; }

    /// <summary>Whether values meet the condition.</summary>
    /// <param name="values">The values at one revision, by key, of the keys that the condition is about.</param>
    bool IsMetBy(IReadOnlyDictionary<string, EncodedValue> values);
}
