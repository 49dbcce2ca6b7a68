using System.Collections.Specialized;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>What is watched, in a form that travels to another process.</summary>
internal sealed record WatchSpec
{
    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The keys, with wildcards; none means all.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Keys taken as they are.</summary>
    public IReadOnlyList<string> LiteralKeys { get; init; } = [];

    /// <summary>Keys that do not count, with wildcards.</summary>
    public IReadOnlyList<string> ExcludeKeys { get; init; } = [];

    /// <summary>What is waited for.</summary>
    public WatchCondition Condition { get; init; }

    /// <summary>The value for <see cref="WatchCondition.Equal"/> and <see cref="WatchCondition.NotEqual"/>.</summary>
    public EncodedValue Operand { get; init; }

    /// <summary>The script for <see cref="WatchCondition.When"/>.</summary>
    public WhenScript? When { get; init; }

    /// <summary>The last revision already known; null: from now on.</summary>
    public long? SinceRevision { get; init; }

    /// <summary>Whether the watch goes on after an update that it has seen, and so does not begin with the state as it is there.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Whether only the newest counts.</summary>
    public bool Live { get; init; }

    /// <summary>Whether the watching process's own updates do not count.</summary>
    public bool ExcludeSelf { get; init; }

    /// <summary>Whether the condition is about the state rather than about a change, so that it may hold already.</summary>
    public bool LooksAtState => Condition is not (WatchCondition.Change or WatchCondition.Removed);

    /// <summary>The form that travels.</summary>
    public byte[] ToBytes() => PowerShellValues.Encode(new OrderedDictionary
    {
        ["ns"] = Namespace,
        ["keys"] = Keys.ToArray(),
        ["literal"] = LiteralKeys.ToArray(),
        ["exclude"] = ExcludeKeys.ToArray(),
        ["condition"] = (int)Condition,
        ["operand"] = Operand.Bytes.ToArray(),
        ["when"] = When?.Text,
        ["whenNames"] = When?.Variables.Keys.ToArray(),
        ["whenValues"] = When?.Variables.Values.Select(value => OutputCodec.EncodeObject(value).ToArray()).ToArray(),
        ["whenArguments"] = When?.Arguments.Select(value => value.Bytes.ToArray()).ToArray(),
        ["since"] = SinceRevision,
        ["resumed"] = IsResumed,
        ["live"] = Live,
        ["excludeSelf"] = ExcludeSelf,
    }).Bytes.ToArray();

    /// <summary>Reads it back.</summary>
    public static WatchSpec FromBytes(byte[] bytes)
    {
        var fields = Fields.Of(PowerShellValues.Decode(new EncodedValue(bytes)));
        return new WatchSpec
        {
            Namespace = fields.Get<string>("ns")!,
            Keys = fields.Get<string[]>("keys")!,
            LiteralKeys = fields.Get<string[]>("literal")!,
            ExcludeKeys = fields.Get<string[]>("exclude")!,
            Condition = (WatchCondition)fields.Get<int>("condition"),
            Operand = new EncodedValue(fields.Get<byte[]>("operand")!),
            When = fields.Get<string>("when") is { } text
                ? new WhenScript(
                    text,
                    fields.Get<string[]>("whenNames")!.Zip(fields.Get<byte[][]>("whenValues")!)
                        .ToDictionary(pair => pair.First, pair => OutputCodec.DecodeObject(pair.Second)),
                    fields.Get<byte[][]>("whenArguments")!.Select(bytes => new EncodedValue(bytes)).ToArray())
                : null,
            SinceRevision = fields.Get<long?>("since"),
            IsResumed = fields.Get<bool>("resumed"),
            Live = fields.Get<bool>("live"),
            ExcludeSelf = fields.Get<bool>("excludeSelf"),
        };
    }
}
