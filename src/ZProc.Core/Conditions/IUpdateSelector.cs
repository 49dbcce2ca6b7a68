using ZProc.Core.State;

namespace ZProc.Core.Conditions;

/// <summary>Passes the updates of a watch through a condition, in order. Not thread-safe.</summary>
public interface IUpdateSelector
{
    /// <summary>The newest revision at which the condition was evaluated.</summary>
    long Revision { get; }

    /// <summary>Evaluates the condition at an update.</summary>
    /// <returns>The update that met the condition, which is a newer one where updates were skipped; null when the condition is not met.</returns>
    Update? Select(Update update);
}
