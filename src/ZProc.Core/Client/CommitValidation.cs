using System.Text;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Client;

/// <summary>Checks a commit before it is sent, so that an invalid or oversized commit costs no traffic.</summary>
internal static class CommitValidation
{
    /// <summary>The most bytes of keys and values in one commit.</summary>
    public const long MaximumBytes = ValueLimits.HighestMaxBytes + (1024 * 1024);

    /// <summary>Checks the keys and sizes of a commit.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="limits">The limits of the server's store.</param>
    /// <exception cref="FaultException">InvalidKey; ValueTooLarge, for one value or for all together.</exception>
    public static void Check(CommitRequest request, StoreOptions limits)
    {
        limits = limits.For(request.Namespace);
        var size = 0L;
        foreach (var change in request.Changes)
        {
            if (change.HasKey)
            {
                KeyName.Check(change.Key);
            }

            limits.Check(change.Key, change.Operand);
            size += change.Operand.Length + Encoding.UTF8.GetByteCount(change.Key);
            if (change.Precondition is { Kind: PreconditionKind.ValueIs, Value: var expected })
            {
                limits.Check(change.Key, expected);
                size += expected.Length;
            }
        }

        if (size > MaximumBytes)
        {
            throw new FaultException(
                Fault.ValueTooLarge, $"One update can hold {MaximumBytes:N0} bytes; this one has {size:N0}. Split it.");
        }
    }
}
