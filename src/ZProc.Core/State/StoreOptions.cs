using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>The limits of a store. Clients are told them when they join.</summary>
public sealed record StoreOptions
{
    private static readonly StoreOptions Own = new() { MinimumUpdates = 128 };

    // A sender has at most 32 packets on the way, each of which is set and then removed: with the first, the last and the
    // removal of the namespace 67 updates that somebody may still lack. Of those packets one may be as large as a value can
    // be, the others together have 1 MiB; the larger one's removal and the next one like it can both be unread.
    private static readonly StoreOptions Output = new() { MaximumUpdates = 128, MaximumUpdateBytes = 160L * 1024 * 1024, MinimumUpdates = 1 };

    private readonly int _maximumUpdates = 10_000;
    private readonly long _maximumUpdateBytes = 64L * 1024 * 1024;
    private readonly int _minimumUpdates = 1_000;
    private readonly int _maximumValueBytes = 64 * 1024 * 1024;

    /// <summary>How many updates each namespace keeps at most. Default 10,000.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is not positive.</exception>
    public int MaximumUpdates
    {
        get => _maximumUpdates;
        init => _maximumUpdates = value > 0 ? value : throw new FaultException(
            Fault.InvalidArgument, $"A history of {value:N0} updates is not possible: the newest one is always kept.", (long)value);
    }

    /// <summary>How many bytes of updates each namespace keeps at most. Default 64 MiB.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is negative.</exception>
    public long MaximumUpdateBytes
    {
        get => _maximumUpdateBytes;
        init => _maximumUpdateBytes = value >= 0 ? value : throw new FaultException(
            Fault.InvalidArgument, $"A history of {value:N0} bytes makes no sense. Give 0 or more.", value);
    }

    /// <summary>How many updates are kept whatever their size, within <see cref="MaximumUpdates"/>. Default 1,000.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is not positive.</exception>
    public int MinimumUpdates
    {
        get => _minimumUpdates;
        init => _minimumUpdates = value > 0 ? value : throw new FaultException(
            Fault.InvalidArgument, $"A history of at least {value:N0} updates is not possible: the newest one is always kept.", (long)value);
    }

    /// <summary>The largest value, encoded, in bytes; at most <see cref="ValueLimits.HighestMaxBytes"/>. Default 64 MiB.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is outside that range.</exception>
    public int MaximumValueBytes
    {
        get => _maximumValueBytes;
        init
        {
            if (value is < 1 or > ValueLimits.HighestMaxBytes)
            {
                throw new FaultException(
                    Fault.InvalidArgument, $"The largest value can be from 1 to {ValueLimits.HighestMaxBytes:N0} bytes, not {value:N0}.", (long)value);
            }

            _maximumValueBytes = value;
            ValueLimits = new ValueLimits { MaxBytes = value };
        }
    }

    /// <summary>The same, for encoding.</summary>
    public ValueLimits ValueLimits { get; private init; } = ValueLimits.Default;

    /// <summary>
    /// The limits of one namespace. What users set is for their state: ZProc's own namespaces keep what its sessions need to
    /// understand each other, whatever that is.
    /// </summary>
    public StoreOptions For(string ns) =>
        !ns.StartsWith(KeyName.ReservedPrefix) ? this
        : ns.StartsWith(KeyName.OutputPrefix, StringComparison.Ordinal) ? Output
        : Own;

    /// <summary>Checks the size of a value.</summary>
    /// <exception cref="FaultException">ValueTooLarge.</exception>
    public void Check(string key, EncodedValue value)
    {
        if (value.Length > MaximumValueBytes)
        {
            throw new FaultException(
                Fault.ValueTooLarge,
                $"The value for '{key}' has {value.Length:N0} bytes; the limit is {MaximumValueBytes:N0}. Put it into a file and its path into the state.",
                key);
        }
    }
}
