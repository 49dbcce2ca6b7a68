using System.Collections;
using System.Collections.Specialized;
using ZProc.Core.Processes;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Watching;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>Converts a <see cref="ProcessStart"/> to fields of a message, and back.</summary>
internal static class ProcessStartCodec
{
    /// <summary>Converts to fields.</summary>
    public static OrderedDictionary ToFields(ProcessStart start) => new()
    {
        ["as"] = (int)start.As,
        ["name"] = start.Name,
        ["namespace"] = start.Namespace,
        ["script"] = ToFields(start.Script),
        ["initialization"] = start.InitializationScript is { } script ? ToFields(script) : null,
        ["watch"] = start.Watch?.Spec.ToBytes(),
        ["count"] = start.Watch?.Count,
        ["done"] = start.Watch?.Done,
        ["items"] = start.TakesItems,
        ["props"] = start.Props.Bytes.ToArray(),
        ["retryProps"] = start.RetryProps?.Bytes.ToArray(),
        ["arguments"] = start.Arguments.Select(value => value.Bytes.ToArray()).ToArray(),
        ["parameters"] = ToFields(start.Parameters, value => value.Bytes.ToArray()),
        ["using"] = ToFields(start.Using, EncodeObject),
        ["variables"] = ToFields(start.Variables, EncodeObject),
        ["input"] = start.Input.Select(EncodeObject).ToArray(),
        ["functions"] = ToFields(start.Functions, ToFields),
        ["preferences"] = ToFields(start.Preferences, EncodeObject),
        ["culture"] = start.Culture.Culture.Name,
        ["uiCulture"] = start.Culture.UICulture.Name,
        ["inputEncoding"] = start.Encodings?.Input,
        ["outputEncoding"] = start.Encodings?.Output,
        ["modules"] = start.ImportModule.ToArray(),
        ["directory"] = start.WorkingDirectory ?? Environment.CurrentDirectory,
        ["environment"] = ToTable(start.Environment),
        ["baseEnvironment"] = start.BaseEnvironment is { } variables ? ToTable(variables) : null,
        ["program"] = start.PowerShellPath,
        ["retryFor"] = start.Retry.For.ToArray(),
        ["retryCount"] = start.Retry.MaximumCount,
        ["retryInterval"] = start.Retry.Interval,
        ["retryBackoff"] = start.Retry.Backoff,
        ["retryJitter"] = start.Retry.Jitter,
        ["retryLongest"] = start.Retry.MaximumInterval,
        ["retryWindow"] = start.Retry.Window,
        ["timeout"] = start.AttemptTimeout,
        ["deadline"] = start.Deadline,
        ["outputLimit"] = start.OutputLimit,
    };

    /// <summary>Converts from fields.</summary>
    /// <exception cref="Core.FaultException"><see cref="Core.Fault.MalformedMessage"/>.</exception>
    public static ProcessStart FromFields(Fields fields) => new()
    {
        As = (ProcessKind)fields.Get<int>("as"),
        Name = fields.Get<string>("name"),
        Namespace = fields.Get<string>("namespace")!,
        Script = SourceOf(fields.Get<OrderedDictionary>("script")),
        InitializationScript = fields.Get<OrderedDictionary>("initialization") is { } script ? SourceOf(script) : null,
        Watch = fields.Get<byte[]>("watch") is { } spec
            ? new WatchActionStart(WatchSpec.FromBytes(spec), fields.Get<int?>("count"), fields.Get<int>("done"))
           : null,
        TakesItems = fields.Get<bool>("items"),
        Props = new EncodedValue(fields.Get<byte[]>("props")!),
        RetryProps = fields.Get<byte[]>("retryProps") is { } props ? new EncodedValue(props) : null,
        Arguments = fields.Get<byte[][]>("arguments")!.Select(bytes => new EncodedValue(bytes)).ToArray(),
        Parameters = ParametersOf(fields.Get<OrderedDictionary>("parameters")!),
        Using = Entries(fields.Get<OrderedDictionary>("using")!, DecodeObject),
        Variables = Entries(fields.Get<OrderedDictionary>("variables")!, DecodeObject),
        Input = fields.Get<byte[][]>("input")!.Select(bytes => OutputCodec.DecodeObject(bytes)).ToArray(),
        Functions = Entries(fields.Get<OrderedDictionary>("functions")!, SourceOf),
        Preferences = Entries(fields.Get<OrderedDictionary>("preferences")!, DecodeObject),
        Culture = ScriptCulture.Of(fields.Get<string>("culture")!, fields.Get<string>("uiCulture")!),
        Encodings = ConsoleEncodings.Of(fields.Get<int?>("inputEncoding"), fields.Get<int?>("outputEncoding")),
        ImportModule = fields.Get<string[]>("modules")!,
        WorkingDirectory = fields.Get<string>("directory"),
        Environment = Entries(fields.Get<Hashtable>("environment")!, static value => (string?)value),
        BaseEnvironment = fields.Get<Hashtable>("baseEnvironment") is { } variables ? Entries(variables, static value => (string?)value) : null,
        PowerShellPath = fields.Get<string>("program"),
        Retry = new RetryPolicy
        {
            For = fields.Get<string[]>("retryFor")!,
            MaximumCount = fields.Get<int>("retryCount"),
            Interval = fields.Get<TimeSpan>("retryInterval"),
            Backoff = fields.Get<double>("retryBackoff"),
            Jitter = fields.Get<double>("retryJitter"),
            MaximumInterval = fields.Get<TimeSpan?>("retryLongest"),
            Window = fields.Get<TimeSpan?>("retryWindow"),
        },
        AttemptTimeout = fields.Get<TimeSpan?>("timeout"),
        Deadline = fields.Get<TimeSpan?>("deadline"),
        OutputLimit = fields.Get<long?>("outputLimit"),
    };

    /// <summary>The scripts in the fields of a start.</summary>
    /// <exception cref="Core.FaultException"><see cref="Core.Fault.MalformedMessage"/>.</exception>
    public static IReadOnlyList<ScriptSource> SourcesOf(Fields fields) =>
    [
        .. new[] { fields.Get<OrderedDictionary>("script"), fields.Get<OrderedDictionary>("initialization") }.OfType<OrderedDictionary>().Select(SourceOf),
        .. Entries(fields.Get<OrderedDictionary>("functions")!, SourceOf).Values,
    ];

    private static byte[] EncodeObject(object? value) => OutputCodec.EncodeObject(value).ToArray();

    private static object? DecodeObject(object? bytes) => OutputCodec.DecodeObject((byte[])bytes!);

    private static Hashtable ToTable(IReadOnlyDictionary<string, string?> variables) =>
        new(variables.ToDictionary(pair => (object)pair.Key, pair => (object?)pair.Value));

    private static OrderedDictionary ToFields<T>(IEnumerable<KeyValuePair<string, T>> pairs, Func<T, object?> encode)
    {
        var fields = new OrderedDictionary();
        foreach (var (name, value) in pairs)
        {
            fields.Add(name, encode(value));
        }

        return fields;
    }

    // A loop, as each worker would have to compile a query over structures.
    private static Dictionary<string, T> Entries<T>(IDictionary fields, Func<object?, T> decode)
        where T : class?
    {
        var entries = new Dictionary<string, T>(fields.Count);
        foreach (DictionaryEntry entry in fields)
        {
            entries.Add((string)entry.Key, decode(entry.Value));
        }

        return entries;
    }

    private static KeyValuePair<string, EncodedValue>[] ParametersOf(OrderedDictionary fields)
    {
        var parameters = new KeyValuePair<string, EncodedValue>[fields.Count];
        var done = 0;
        foreach (DictionaryEntry entry in fields)
        {
            parameters[done++] = new((string)entry.Key, new EncodedValue((byte[])entry.Value!));
        }

        return parameters;
    }

    private static OrderedDictionary ToFields(ScriptSource source) => new()
    {
        ["text"] = source.Text,
        ["file"] = source.File,
        ["line"] = source.Line,
        ["column"] = source.Column,
        ["usings"] = ToFields(source.Usings),
        ["modules"] = ToFields(source.Modules),
        ["types"] = source.Types.Select(ToFields).ToArray<object?>(),
    };

    private static OrderedDictionary ToFields(DefinedTypes types) => new()
    {
        ["file"] = types.File,
        ["fragments"] = ToFields(types.Fragments),
    };

    private static object?[] ToFields(IReadOnlyList<ScriptFragment> fragments) =>
        [.. fragments.Select(static fragment => new OrderedDictionary { ["text"] = fragment.Text, ["line"] = fragment.Line, ["column"] = fragment.Column })];

    private static ScriptSource SourceOf(object? value)
    {
        var fields = Fields.Of(value);
        return new ScriptSource(fields.Get<string>("text")!, fields.Get<string>("file"), fields.Get<int>("line"), fields.Get<int>("column"))
        {
            Usings = FragmentsOf(fields, "usings"),
            Modules = FragmentsOf(fields, "modules"),
            Types = [.. fields.Get<object?[]>("types")!.Select(Fields.Of).Select(static types => new DefinedTypes(types.Get<string>("file"), FragmentsOf(types, "fragments")))],
        };
    }

    private static ScriptFragment[] FragmentsOf(Fields owner, string name) =>
        [.. owner.Get<object?[]>(name)!.Select(Fields.Of).Select(static fields => new ScriptFragment(fields.Get<string>("text")!, fields.Get<int>("line"), fields.Get<int>("column")))];
}
