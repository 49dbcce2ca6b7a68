using System.Buffers.Binary;
using System.Collections;
using System.Collections.Specialized;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.Values;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Workers;

/// <summary>Makes and reads the contents of the frames between a session and its worker.</summary>
internal static class WorkerMessages
{
    private static readonly ValueLimits FrameLimits = new() { MaxBytes = Frame.MaxPayload };

    /// <summary>Makes a <see cref="WorkerFrame.Connect"/>. It holds the secret: send it through the pipe only.</summary>
    /// <param name="context">The context to join.</param>
    /// <param name="folder">The folder in which the script will probably start; null where the order follows at once.</param>
    public static ReadOnlyMemory<byte> Connect(ZProcContext context, string? folder) => Encode(new OrderedDictionary
    {
        ["connection"] = context.ConnectionString,
        ["name"] = context.Name,
        ["namespace"] = context.OwnNamespace,
        ["directory"] = folder,
        ["defaults"] = OutputCodec.EncodeObject(context.ProcessDefaults.ToTable()).ToArray(),
    });

    /// <summary>Makes a <see cref="WorkerFrame.Start"/>.</summary>
    /// <exception cref="FaultException">ValueTooLarge: the values for the process are together larger than a frame.</exception>
    public static ReadOnlyMemory<byte> Start(WorkerOrder order)
    {
        var fields = new OrderedDictionary
        {
            ["instance"] = order.InstanceId,
            ["name"] = order.Name,
            ["attempt"] = order.Attempt,
            ["sequence"] = order.Context.Client.ObservedSequence,
            ["environment"] = EnvironmentOf(order.Start),
            ["start"] = ProcessStartCodec.ToFields(order.Start with { Environment = new Dictionary<string, string?>(), BaseEnvironment = null }),
        };
        try
        {
            return PowerShellValues.Encode(fields, FrameLimits).Bytes; // the limit of a frame, as each of the values may have the full size of one
        }
        catch (FaultException fault) when (fault.Fault == Fault.ValueTooLarge)
        {
            throw new FaultException(
                Fault.ValueTooLarge,
                $"The process '{order.Name}' is given more than {Frame.MaxPayload:N0} bytes in all. Put large values into the state or into files, and give it their keys or paths.",
                order.Name,
                fault);
        }
    }

    /// <summary>Makes a <see cref="WorkerFrame.Stop"/>.</summary>
    /// <param name="grace">When the worker will be killed.</param>
    public static ReadOnlyMemory<byte> Stop(TimeSpan grace) => OfInt64(grace.Ticks);

    /// <summary>Reads a <see cref="WorkerFrame.Stop"/>, in the worker.</summary>
    public static TimeSpan ReadStop(ReadOnlyMemory<byte> payload) => TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(payload.Span));

    /// <summary>Reads the scripts of a <see cref="WorkerFrame.Start"/> alone: its values may be of types that the scripts bring.</summary>
    public static IReadOnlyList<ScriptSource> ReadSources(Fields fields) => ProcessStartCodec.SourcesOf(Fields.Of(fields.Get<OrderedDictionary>("start")));

    /// <summary>Reads a <see cref="WorkerFrame.Start"/>, in the worker.</summary>
    public static WorkerOrder ReadStart(ZProcContext context, Fields fields) => new(
        context,
        ProcessStartCodec.FromFields(Fields.Of(fields.Get<OrderedDictionary>("start"))),
        fields.Get<Guid>("instance"),
        fields.Get<string>("name")!,
        fields.Get<int>("attempt"));

    /// <summary>Makes and reads an order of no consequence, so that the code for the real one is compiled.</summary>
    public static WorkerOrder WarmUp(ZProcContext context) => ReadStart(context, Fields.Of(Start(new WorkerOrder(
        context, new ProcessStart { Script = new ScriptSource(string.Empty), Namespace = context.OwnNamespace, Props = PowerShellValues.Encode(null) }, Guid.Empty, string.Empty, 0))));

    /// <summary>Makes a <see cref="WorkerFrame.Ended"/>.</summary>
    public static ReadOnlyMemory<byte> Ended(ScriptEnd end) => Encode(new OrderedDictionary
    {
        ["state"] = (int)end.State,
        ["error"] = end.Error is { } error ? ErrorCodec.Encode(error).ToArray() : null,
        ["exitCode"] = end.ExitCode,
        ["isExit"] = end.IsExit,
        ["signal"] = end.Signal,
    });

    /// <summary>Reads a <see cref="WorkerFrame.Ended"/>.</summary>
    public static ScriptEnd ReadEnded(ReadOnlyMemory<byte> payload)
    {
        var fields = Fields.Of(payload);
        var error = fields.Get<byte[]>("error") is { } bytes ? ErrorCodec.Decode(bytes) : null;
        return new ScriptEnd((ProcessState)fields.Get<int>("state"), error, fields.Get<int>("exitCode"))
        {
            IsExit = fields.Get<bool>("isExit"),
            Signal = fields.Get<string>("signal"),
        };
    }

    /// <summary>Makes a <see cref="WorkerFrame.Left"/>.</summary>
    /// <param name="sequence">The newest sequence the worker has seen, its own writes included.</param>
    public static ReadOnlyMemory<byte> Left(long sequence) => OfInt64(sequence);

    /// <summary>Reads a <see cref="WorkerFrame.Left"/>.</summary>
    public static long ReadLeft(ReadOnlyMemory<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload.Span);

    /// <summary>Makes a <see cref="WorkerFrame.Watched"/>: [int64 revision][int32 calls], little-endian.</summary>
    public static ReadOnlyMemory<byte> Watched(WatchProgress progress)
    {
        var bytes = new byte[sizeof(long) + sizeof(int)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, progress.Revision);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(long)), progress.Calls);
        return bytes;
    }

    /// <summary>Reads a <see cref="WorkerFrame.Watched"/>.</summary>
    public static WatchProgress ReadWatched(ReadOnlyMemory<byte> payload) => new(
        BinaryPrimitives.ReadInt64LittleEndian(payload.Span), BinaryPrimitives.ReadInt32LittleEndian(payload.Span[sizeof(long)..]));

    private static ReadOnlyMemory<byte> OfInt64(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static ReadOnlyMemory<byte> Encode(OrderedDictionary fields) => PowerShellValues.Encode(fields).Bytes;

    /// <summary>The whole environment of the script. A spare has the environment of an earlier moment, and variables that only ZProc needs.</summary>
    private static Hashtable EnvironmentOf(ProcessStart start)
    {
        // On Windows a name means the same in any case.
        var variables = new Hashtable(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : null);
        if (start.BaseEnvironment is { } given)
        {
            foreach (var (name, value) in given)
            {
                variables[name] = value;
            }
        }
        else
        {
            foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            {
                variables[variable.Key] = variable.Value;
            }
        }

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
