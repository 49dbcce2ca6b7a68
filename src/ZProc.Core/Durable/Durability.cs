namespace ZProc.Core.Durable;

/// <summary>When an update of a durable store is on disk.</summary>
public enum Durability
{
    /// <summary>Before the update is acknowledged, or shown to any reader. No end of the server or the machine takes back an acknowledged update.</summary>
    Always,

    /// <summary>
    /// Within <see cref="DurableOptions.Interval"/> and the time of one write after the update was acknowledged. An end of the server
    /// without a stop can take back the updates of that time.
    /// </summary>
    Interval,
}
