using System.Diagnostics.CodeAnalysis;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.State;

/// <summary>A key with its value, and the update that set it.</summary>
[SuppressMessage("Naming", "CA1721:Property names should not match get methods", Justification = "There are none.")]
public sealed class ZStateEntry
{
    private readonly EncodedValue? _encoded;
    private object? _value;
    private bool _decoded;

    internal ZStateEntry(string key, EncodedValue value, long? revision, DateTime? updated)
    {
        Key = key;
        _encoded = value;
        Revision = revision;
        Updated = updated?.ToLocalTime();
    }

    internal ZStateEntry(string key, object? value, long? revision = null, DateTime? updated = null)
    {
        Key = key;
        _value = value;
        _decoded = true;
        Revision = revision;
        Updated = updated?.ToLocalTime();
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The value: a copy.</summary>
    public object? Value
    {
        get
        {
            if (!_decoded)
            {
                _value = PowerShellValues.Decode(Key, _encoded!.Value);
                _decoded = true;
            }

            return _value;
        }
    }

    /// <summary>The revision that set the value; null when an atomic block has changed the value, or when that update is no longer kept.</summary>
    public long? Revision { get; }

    /// <summary>When the server committed that revision, in local time; null in the same cases.</summary>
    public DateTime? Updated { get; }

    /// <summary>The key and the value in one line: <c>a = 1</c>.</summary>
    public override string ToString() => $"{Key} = {ValueText.Of(Value)}";
}
