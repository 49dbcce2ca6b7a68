namespace ZProc.Core.Client;

/// <summary>The limits that local and remote clients keep.</summary>
internal static class ClientLimits
{
    /// <summary>The most requests that a client has pending. A further write waits until there are fewer.</summary>
    public const int InFlight = 8192;
}
