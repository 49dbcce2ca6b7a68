using System.Collections.Specialized;
using ZProc.Core;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.Servers;

/// <summary>The frames between a session that starts a server and the server's OS process: a request, and the answer to it.</summary>
internal static class ServerMessages
{
    /// <summary>The kind of a request: serve.</summary>
    public const byte Serve = 1;

    /// <summary>The kind of an answer: the server listens.</summary>
    public const byte Served = 2;

    /// <summary>The kind of an answer: the server cannot start.</summary>
    public const byte Refused = 3;

    /// <summary>Asks for a server, or for its guard.</summary>
    public static Frame Request(ServerSettings settings) => new(Serve, Encode(ServerSettingsCodec.ToFields(settings)));

    /// <summary>Reads a request.</summary>
    public static ServerSettings ReadRequest(Frame request) => ServerSettingsCodec.FromFields(Fields.Of(request.Payload));

    /// <summary>Answers that a server listens. The answer holds the secret.</summary>
    public static Frame Answer(ZProcServer server) => new(Served, Encode(new OrderedDictionary
    {
        ["name"] = server.Name,
        ["connection"] = server.ConnectionString,
        ["process"] = server.Process.Id,
        ["processStart"] = server.Process.StartTime,
        ["started"] = server.StartTime,
        ["path"] = server.Path,
        ["cutBytes"] = server.CutOff?.Bytes ?? 0L,
        ["cutTransactions"] = server.CutOff?.Transactions ?? 0,
    }));

    /// <summary>Answers that a guard watches its server.</summary>
    public static Frame Answer() => new(Served, Encode([]));

    /// <summary>Answers that a server cannot start.</summary>
    public static Frame Answer(Exception failure) => new(Refused, Encode(new OrderedDictionary
    {
        ["fault"] = (int)((failure as FaultException)?.Fault ?? Fault.InvalidArgument),
        ["message"] = failure.Message,
        ["target"] = (failure as FaultException)?.Target?.ToString(),
    }));

    /// <summary>Reads the answer of a server.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="settings">What the server was started with.</param>
    /// <exception cref="FaultException">The one that kept the server from starting.</exception>
    public static ZProcServer ReadAnswer(Frame answer, ServerSettings settings)
    {
        var fields = Fields.Of(answer.Payload);
        return answer.Kind == Served
            ? new ZProcServer(
                fields.Get<string>("name")!,
                fields.Get<string>("connection")!,
                new ProcessIdentity(fields.Get<int>("process"), fields.Get<long>("processStart")),
                fields.Get<DateTime>("started"),
                fields.Get<string>("path"))
            {
                Settings = settings.Durable is null ? null : settings with { Name = fields.Get<string>("name") },
                CutOff = fields.Get<long>("cutBytes") is > 0 and var bytes ? new CutOff(bytes, fields.Get<int>("cutTransactions")) : null,
            }
            : throw new FaultException((Fault)fields.Get<int>("fault"), fields.Get<string>("message")!, fields.Get<string>("target"));
    }

    private static ReadOnlyMemory<byte> Encode(OrderedDictionary fields) => PowerShellValues.Encode(fields).Bytes;
}
