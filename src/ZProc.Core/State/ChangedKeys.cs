using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>The keys that a commit changes, with their new values; null for a removed one. A single key, which is the common case, needs no dictionary.</summary>
internal sealed class ChangedKeys
{
    private string? _first;
    private EncodedValue? _value;
    private Dictionary<string, EncodedValue?>? _others;

    public int Count => _first is null ? 0 : 1 + (_others?.Count ?? 0);

    public EncodedValue? this[string key]
    {
        set
        {
            _first ??= key;
            if (_first == key)
            {
                _value = value;
            }
            else
            {
                (_others ??= new(StringComparer.Ordinal))[key] = value;
            }
        }
    }

    public bool Contains(string key) => TryGet(key, out _);

    public bool TryGet(string key, out EncodedValue? value)
    {
        value = _value;
        return _first == key || (_others is not null && _others.TryGetValue(key, out value));
    }

    public IEnumerable<KeyValuePair<string, EncodedValue?>> All()
    {
        KeyValuePair<string, EncodedValue?>[] first = _first is null ? [] : [new(_first, _value)];
        return _others is null ? first : first.Concat(_others);
    }
}
