using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.State;

/// <summary>One key in a <see cref="WorkingCopy"/>. Its value is decoded once, so that a change inside the value counts.</summary>
internal sealed class WorkingValue
{
    private readonly string _key;
    private readonly Entry? _entry;
    private readonly StoreOptions _limits;
    private object? _value;
    private bool _copied;

    /// <param name="key">The key.</param>
    /// <param name="entry">The entry of the original; null when the key is missing.</param>
    /// <param name="limits">The limits of values.</param>
    public WorkingValue(string key, Entry? entry, StoreOptions limits)
    {
        _limits = limits;
        _key = key;
        _entry = entry;
        Exists = entry is not null;
    }

    /// <summary>Whether the key exists in the copy.</summary>
    public bool Exists { get; private set; }

    /// <summary>The value in the original; null when the key is missing there.</summary>
    public EncodedValue? Original => _entry?.Value;

    /// <summary>The revision that set the value in the original; 0 when the key is missing there.</summary>
    public long Revision => _entry?.Revision ?? 0;

    /// <summary>When the server committed that revision; null when the key is missing there.</summary>
    public DateTime? Updated => _entry?.Updated;

    /// <summary>The value in the copy: the same object each time.</summary>
    public object? Value
    {
        get
        {
            if (!_copied && _entry is { } entry)
            {
                _value = PowerShellValues.Decode(_key, entry.Value);
            }

            _copied = true;
            return _value;
        }
    }

    /// <summary>Encodes the value in the copy; null when the key is missing.</summary>
    public EncodedValue? Encode() => !Exists ? null : _copied ? StateChanges.Encode(_key, _value, _limits) : Original;

    /// <summary>Whether a value was read and not changed. Some values, such as a local time of another machine, encode differently once they were decoded.</summary>
    public bool IsUntouched(EncodedValue? now) =>
        Original is { } original && now is { } value && value == PowerShellValues.Encode(PowerShellValues.Decode(_key, original), _limits.ValueLimits);

    /// <summary>Sets the value in the copy; null removes the key.</summary>
    public void Set(EncodedValue? value)
    {
        Exists = value is not null;
        _value = value is { } present ? PowerShellValues.Decode(_key, present) : null;
        _copied = true;
    }
}
