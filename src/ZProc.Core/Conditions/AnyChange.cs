using ZProc.Core.State;

namespace ZProc.Core.Conditions;

/// <summary>Met by every update.</summary>
public sealed class AnyChange : IChangeCondition
{
    /// <inheritdoc/>
    public bool IsMetBy(Update update) => true;
}
