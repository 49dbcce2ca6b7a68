using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.State;

/// <summary>One key in the working copy of an atomic block. It is copied out once, so that a change inside it counts.</summary>
internal sealed class WorkingValue
{
    private readonly string _key;
    private readonly Entry? _entry;
    private readonly StoreOptions _limits;
    private object? _value;
    private bool _copied;

    public WorkingValue(string key, Entry? entry, StoreOptions limits)
    {
        _limits = limits;
        _key = key;
        _entry = entry;
        Exists = entry is not null;
    }

    public bool Exists { get; private set; }

    /// <summary>The value when the block began; null when the key was missing.</summary>
    public EncodedValue? Original => _entry?.Value;

    /// <summary>The revision that had set it when the block began; 0 when the key was missing.</summary>
    public long Revision => _entry?.Revision ?? 0;

    /// <summary>When that was; null when the key was missing.</summary>
    public DateTime? Updated => _entry?.Updated;

    public object? Value
    {
        get
        {
            if (!_copied && _entry is { } entry)
            {
                _value = PowerShellValues.Decode(entry.Value);
            }

            _copied = true;
            return _value;
        }
    }

    /// <summary>The value now; null when the key is missing.</summary>
    public EncodedValue? Encode() => !Exists ? null : _copied ? StateChanges.Encode(_key, _value, _limits) : Original;

    /// <summary>Whether a value that reads back differently (a local time from elsewhere) was only looked at.</summary>
    public bool IsUntouched(EncodedValue? now) =>
        Original is { } original && now is { } value && value == PowerShellValues.Encode(PowerShellValues.Decode(original), _limits.ValueLimits);

    public void Set(EncodedValue? value)
    {
        Exists = value is not null;
        _value = value is { } present ? PowerShellValues.Decode(present) : null;
        _copied = true;
    }
}
