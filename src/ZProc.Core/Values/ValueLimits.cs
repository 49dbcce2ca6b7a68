namespace ZProc.Core.Values;

/// <summary>The limits of a value.</summary>
public sealed record ValueLimits
{
    /// <summary>How many levels of containers a value may have. A constant, so that every process can read what another wrote.</summary>
    public const int MaxDepth = 100;

    /// <summary>The highest possible <see cref="MaxBytes"/>.</summary>
    public const int HighestMaxBytes = 256 * 1024 * 1024;

    private readonly int _maxBytes = 64 * 1024 * 1024;

    /// <summary>The default limits: 64 MiB.</summary>
    public static ValueLimits Default { get; } = new();

    /// <summary>The largest encoding allowed, in bytes; 1 to <see cref="HighestMaxBytes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxBytes
    {
        get => _maxBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, HighestMaxBytes);
            _maxBytes = value;
        }
    }
}
