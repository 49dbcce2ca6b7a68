using ZProc.Core.State;

namespace ZProc.Core.Conditions;

/// <summary>Selects the updates that meet a condition about a change.</summary>
public sealed class ChangeSelector : IUpdateSelector
{
    private readonly IChangeCondition _condition;

    /// <summary>Creates it for a condition.</summary>
    public ChangeSelector(IChangeCondition condition) => _condition = condition;

    /// <inheritdoc/>
    public long Revision { get; private set; }

    /// <inheritdoc/>
    public Update? Select(Update update)
    {
        Revision = update.Revision;
        return _condition.IsMetBy(update) ? update : null;
    }
}
