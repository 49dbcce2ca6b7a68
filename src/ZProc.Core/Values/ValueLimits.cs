namespace ZProc.Core.Values;

/// <summary>How large a value may be.</summary>
public sealed record ValueLimits
{
    /// <summary>How deep containers may be nested. Fixed, so that whatever was written can be read everywhere.</summary>
    public const int MaxDepth = 100;

    /// <summary>The most that <see cref="MaxBytes"/> can be set to.</summary>
    public const int HighestMaxBytes = 256 * 1024 * 1024;

    private readonly int _maxBytes = 64 * 1024 * 1024;

    /// <summary>64 MiB.</summary>
    public static ValueLimits Default { get; } = new();

    /// <summary>The largest encoding allowed; 1 to <see cref="HighestMaxBytes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside that range.</exception>
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
