using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>
/// The keys of a namespace through which a session receives output. The receiver makes the namespace and removes it at its
/// end. Each numbered key is a packet, which the receiver removes when it has the packet.
/// </summary>
internal static class OutputProtocol
{
    /// <summary>The key that exists as long as the receiver does.</summary>
    public const string OpenKey = "open";

    /// <summary>The key of the last message: empty, or why no more output comes.</summary>
    public const string EndKey = "end";

    /// <summary>The value of <see cref="OpenKey"/>.</summary>
    public static readonly EncodedValue Open = PowerShellValues.Encode(true);
}
