using System.Runtime.InteropServices;
using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>A message for one client that waits for its place in the store's order.</summary>
/// <param name="Sequence">The server's sequence when the message was made: it follows every update up to there.</param>
/// <param name="Request">The number of the request that it replies to; 0 for a message of the server's own.</param>
/// <param name="Outcome">The request's result or its <see cref="FaultException"/>; a built message for one of the server's own.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Outgoing(long Sequence, long Request, object Outcome)
{
    /// <summary>The bytes of the values in it. A namespace or its past counts as nothing: the store has its values anyway.</summary>
    public long Bytes => Outcome switch
    {
        Entry entry => entry.Value.Length,
        CommitResult result => SizeOf(result.Results),
        _ => 0,
    };

    private static long SizeOf(IReadOnlyList<KeyChange> changes)
    {
        var bytes = 0L;
        for (var i = 0; i < changes.Count; i++)
        {
            bytes += (changes[i].Before?.Length ?? 0) + (changes[i].After?.Length ?? 0);
        }

        return bytes;
    }
}
