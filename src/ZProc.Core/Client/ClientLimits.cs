namespace ZProc.Core.Client;

/// <summary>The bounds that every kind of client keeps.</summary>
internal static class ClientLimits
{
    /// <summary>How many requests of a client may be on their way before another write has to wait for room.</summary>
    public const int InFlight = 8192;
}
