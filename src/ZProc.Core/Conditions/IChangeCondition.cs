using ZProc.Core.State;

namespace ZProc.Core.Conditions;

/// <summary>A condition about a change. An update alone decides whether the condition is met. Pure.</summary>
public interface IChangeCondition
{
    /// <summary>Whether an update of a chosen key meets the condition.</summary>
    bool IsMetBy(Update update);
}
