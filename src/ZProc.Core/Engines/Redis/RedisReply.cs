using System.Globalization;
using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace ZProc.Core.Engines.Redis;

/// <summary>What a script returned: a status, and what belongs to it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct RedisReply
{
    private readonly RedisResult[] _items;

    /// <summary>Wraps a result.</summary>
    /// <exception cref="FaultException">MalformedMessage: the result is none of ZProc's scripts.</exception>
    public RedisReply(RedisResult result)
    {
        _items = (RedisResult[]?)result is { Length: > 0 } items ? items : throw Malformed();
        Status = Text(0);
    }

    /// <summary>The status.</summary>
    public string Status { get; }

    /// <summary>How many parts there are, the status included.</summary>
    public int Count => _items.Length;

    /// <summary>A part as text.</summary>
    public string Text(int index) => (string?)_items[index] ?? throw Malformed();

    /// <summary>A part as a number.</summary>
    public long Number(int index) =>
        long.TryParse(Text(index), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Malformed();

    /// <summary>A part as bytes; null for a missing one.</summary>
    public byte[]? Bytes(int index) => (byte[]?)_items[index];

    /// <summary>A part as a list.</summary>
    public RedisResult[] List(int index) => (RedisResult[]?)_items[index] ?? throw Malformed();

    /// <summary>The error for an answer that no script of ZProc gives.</summary>
    public static FaultException Malformed() => new(
        Fault.MalformedMessage, "The engine's answer cannot be understood. Another program, or another version of ZProc, may use the same keys.");
}
