using System.Collections.Specialized;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>The keys and the condition of a watch, in a form that travels to another process.</summary>
internal sealed record WatchSpec
{
    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The command that watches, for its error messages.</summary>
    public string Command { get; init; } = "Watch-ZState";

    /// <summary>The keys, with wildcards; empty for all.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Literal keys.</summary>
    public IReadOnlyList<string> LiteralKeys { get; init; } = [];

    /// <summary>Excluded keys, with wildcards.</summary>
    public IReadOnlyList<string> ExcludeKeys { get; init; } = [];

    /// <summary>The kind of the condition.</summary>
    public ConditionKind Condition { get; init; }

    /// <summary>The value for <see cref="ConditionKind.Equal"/> and <see cref="ConditionKind.NotEqual"/>.</summary>
    public EncodedValue Operand { get; init; }

    /// <summary>The script for <see cref="ConditionKind.When"/>; null for other kinds.</summary>
    public WhenScript? When { get; init; }

    /// <summary>The last revision already known; null to begin after the newest one.</summary>
    public long? SinceRevision { get; init; }

    /// <summary>Whether the watch continues an earlier one, which has evaluated the state at <see cref="SinceRevision"/> already.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Whether older unread updates are skipped.</summary>
    public bool Live { get; init; }

    /// <summary>Whether updates of the watching session or process are excluded.</summary>
    public bool ExcludeSelf { get; init; }

    /// <summary>Whether the condition is about the state and not about a change, so that it may be met before any update.</summary>
    public bool LooksAtState => Condition is not (ConditionKind.Change or ConditionKind.Removed);

    /// <summary>Encodes the spec.</summary>
    public byte[] ToBytes() => PowerShellValues.Encode(new OrderedDictionary
    {
        ["ns"] = Namespace,
        ["command"] = Command,
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

    /// <summary>Decodes a spec.</summary>
    public static WatchSpec FromBytes(byte[] bytes)
    {
        var fields = Fields.Of(PowerShellValues.Decode(new EncodedValue(bytes)));
        return new WatchSpec
        {
            Namespace = fields.Get<string>("ns")!,
            Command = fields.Get<string>("command")!,
            Keys = fields.Get<string[]>("keys")!,
            LiteralKeys = fields.Get<string[]>("literal")!,
            ExcludeKeys = fields.Get<string[]>("exclude")!,
            Condition = (ConditionKind)fields.Get<int>("condition"),
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
