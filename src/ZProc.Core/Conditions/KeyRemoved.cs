using ZProc.Core.State;

namespace ZProc.Core.Conditions;

/// <summary>Met by an update that removes a chosen key.</summary>
public sealed class KeyRemoved : IChangeCondition
{
    private readonly KeyFilter _keys;

    /// <summary>Creates the condition for the chosen keys.</summary>
    public KeyRemoved(KeyFilter keys) => _keys = keys;

    /// <inheritdoc/>
    public bool IsMetBy(Update update) => update.Changes.Any(change => change.After is null && _keys.Matches(change.Key));
}
