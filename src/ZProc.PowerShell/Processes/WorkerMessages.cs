using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using ZProc.Core.Values;

namespace ZProc.PowerShell;

/// <summary>The contents of the frames between a session and its worker.</summary>
internal static class WorkerMessages
{
    /// <summary>What <see cref="WorkerFrame.Connect"/> says. It holds the secret, and goes nowhere but through the pipe.</summary>
    public static ReadOnlyMemory<byte> Connect(ZProcContext context) => Encode(new OrderedDictionary
    {
        ["connection"] = context.ConnectionString,
        ["name"] = context.Name,
        ["namespace"] = context.Namespace,
    });

    /// <summary>What <see cref="WorkerFrame.Start"/> says.</summary>
    public static ReadOnlyMemory<byte> Start(WorkerOrder order)
    {
        var start = order.Start;
        return Encode(new OrderedDictionary
        {
            ["instance"] = order.InstanceId,
            ["name"] = order.Name,
            ["attempt"] = order.Attempt,
            ["sequence"] = order.Context.Client.ObservedSequence,
            ["namespace"] = start.Namespace,
            ["script"] = ToFields(start.Script),
            ["initialization"] = start.InitializationScript is { } script ? ToFields(script) : null,
            ["watch"] = start.Watch?.Spec.ToBytes(),
            ["count"] = start.Watch?.Count,
            ["props"] = start.Props.Bytes.ToArray(),
            ["arguments"] = start.Arguments.Select(value => value.Bytes.ToArray()).ToArray(),
            ["parameterNames"] = start.Parameters.Select(pair => pair.Key).ToArray(),
            ["parameters"] = start.Parameters.Select(pair => pair.Value.Bytes.ToArray()).ToArray(),
            ["usingNames"] = start.Using.Keys.ToArray(),
            ["using"] = start.Using.Values.Select(EncodeObject).ToArray(),
            ["input"] = start.Input.Select(EncodeObject).ToArray(),
            ["modules"] = start.ImportModule.ToArray(),
            ["directory"] = start.WorkingDirectory ?? Environment.CurrentDirectory,
            ["environment"] = EnvironmentOf(start),
        });
    }

    /// <summary>Reads it back, for the worker.</summary>
    public static WorkerOrder ReadStart(ZProcContext context, Fields fields) => new(
        context,
        new ProcessStart
        {
            As = ProcessKind.Process,
            Namespace = fields.Get<string>("namespace")!,
            Script = SourceOf(Fields.Of(fields.Get<OrderedDictionary>("script"))),
            InitializationScript = fields.Get<OrderedDictionary>("initialization") is { } script ? SourceOf(Fields.Of(script)) : null,
            Watch = fields.Get<byte[]>("watch") is { } spec ? new WatchActionStart(WatchSpec.FromBytes(spec), fields.Get<int?>("count")) : null,
            Props = new EncodedValue(fields.Get<byte[]>("props")!),
            Arguments = fields.Get<byte[][]>("arguments")!.Select(bytes => new EncodedValue(bytes)).ToArray(),
            Parameters = fields.Get<string[]>("parameterNames")!
                .Zip(fields.Get<byte[][]>("parameters")!, (name, bytes) => KeyValuePair.Create(name, new EncodedValue(bytes))).ToArray(),
            Using = fields.Get<string[]>("usingNames")!.Zip(fields.Get<byte[][]>("using")!)
                .ToDictionary(pair => pair.First, pair => OutputCodec.DecodeObject(pair.Second)),
            Input = fields.Get<byte[][]>("input")!.Select(bytes => OutputCodec.DecodeObject(bytes)).ToArray(),
            ImportModule = fields.Get<string[]>("modules")!,
            WorkingDirectory = fields.Get<string>("directory"),
        },
        fields.Get<Guid>("instance"),
        fields.Get<string>("name")!,
        fields.Get<int>("attempt"));

    /// <summary>What <see cref="WorkerFrame.Ended"/> says.</summary>
    /// <param name="end">How the script ended.</param>
    /// <param name="sequence">The newest sequence the worker has seen, its own writes included.</param>
    public static ReadOnlyMemory<byte> Ended(ScriptEnd end, long sequence) => Encode(new OrderedDictionary
    {
        ["state"] = (int)end.State,
        ["error"] = end.Error is { } error ? ErrorCodec.Encode(error).ToArray() : null,
        ["exitCode"] = end.ExitCode,
        ["sequence"] = sequence,
    });

    /// <summary>Reads it back.</summary>
    public static (ScriptEnd End, long Sequence) ReadEnded(ReadOnlyMemory<byte> payload)
    {
        var fields = Fields.Of(payload);
        var error = fields.Get<byte[]>("error") is { } bytes ? ErrorCodec.Decode(bytes) : null;
        return (new ScriptEnd((JobState)fields.Get<int>("state"), error, fields.Get<int>("exitCode")), fields.Get<long>("sequence"));
    }

    private static ReadOnlyMemory<byte> Encode(OrderedDictionary fields) => PowerShellValues.Encode(fields).Bytes;

    private static byte[] EncodeObject(object? value) => OutputCodec.EncodeObject(value).ToArray();

    private static OrderedDictionary ToFields(ScriptSource source) => new()
    {
        ["text"] = source.Text,
        ["file"] = source.File,
        ["line"] = source.Line,
        ["column"] = source.Column,
    };

    private static ScriptSource SourceOf(Fields fields) => new(
        fields.Get<string>("text")!, fields.Get<string>("file"), fields.Get<int>("line"), fields.Get<int>("column"));

    /// <summary>The whole environment: a worker started in advance has that of then, and what only we need must not reach the script.</summary>
    private static Hashtable EnvironmentOf(ProcessStart start)
    {
        var variables = new Hashtable(Environment.GetEnvironmentVariables());
        foreach (var (name, value) in start.Environment)
        {
            variables.Remove(name);
            if (value is not null)
            {
                variables[name] = value;
            }
        }

        return variables;
    }
}
