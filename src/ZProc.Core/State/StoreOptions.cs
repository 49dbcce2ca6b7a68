using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>The limits of a store. A client receives them when it connects.</summary>
public sealed record StoreOptions
{
    private static readonly StoreOptions Own = new() { MinimumUpdates = 128 };

    // A sender has at most 32 packets on the way, each of which is set and then removed. With the first packet, the last one and
    // the removal of the namespace, a reader may lack up to 67 updates. One packet may be as large as a value can be; the others
    // together have 1 MiB. The removal of that large packet and the next one of its size can both be unread.
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
            Fault.InvalidArgument, $"A history of {value:N0} updates is not possible: the newest one is always kept. Give 1 or more.", (long)value);
    }

    /// <summary>How many bytes of updates each namespace keeps at most. Default 64 MiB.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is negative.</exception>
    public long MaximumUpdateBytes
    {
        get => _maximumUpdateBytes;
        init => _maximumUpdateBytes = value >= 0 ? value : throw new FaultException(
            Fault.InvalidArgument, $"A history of {value:N0} bytes is not possible. Give 0 or more.", value);
    }

    /// <summary>How many updates are kept regardless of their size, within <see cref="MaximumUpdates"/>. Default 1,000.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is not positive.</exception>
    public int MinimumUpdates
    {
        get => _minimumUpdates;
        init => _minimumUpdates = value > 0 ? value : throw new FaultException(
            Fault.InvalidArgument, $"A history of at least {value:N0} updates is not possible: the newest one is always kept. Give 1 or more.", (long)value);
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

    /// <summary><see cref="MaximumValueBytes"/> as a limit for encoding.</summary>
    public ValueLimits ValueLimits { get; private init; } = ValueLimits.Default;

    /// <summary>
    /// The limits of one namespace. The options of users apply to their own namespaces. ZProc's namespaces keep as many updates as
    /// its sessions need to work together.
    /// </summary>
    public StoreOptions For(string ns) =>
        !ns.StartsWith(KeyName.ReservedPrefix) ? this
        : ns.StartsWith(KeyName.OutputPrefix, StringComparison.Ordinal) ? Output
        : Own;

    /// <summary>Checks the size of a value against <see cref="MaximumValueBytes"/>.</summary>
    /// <exception cref="FaultException">ValueTooLarge.</exception>
    public void Check(string key, EncodedValue value)
    {
        if (value.Length > MaximumValueBytes)
        {
            throw new FaultException(
                Fault.ValueTooLarge,
                $"The value for '{key}' has {value.Length:N0} bytes; the limit is {MaximumValueBytes:N0}. Put the value into a file and the path of the file into the state.",
                key);
        }
    }
}
