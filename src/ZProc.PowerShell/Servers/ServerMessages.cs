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

    /// <summary>Asks for a server.</summary>
    /// <param name="name">The server's name; null for one made from the port.</param>
    /// <param name="endpoint">Where to listen; null for a private socket of this machine.</param>
    /// <param name="limits">The limits of its state.</param>
    /// <param name="durable">Where its state is kept; null for a state in memory.</param>
    public static Frame Request(string? name, string? endpoint, StoreOptions limits, DurableOptions? durable) => new(Serve, Encode(new OrderedDictionary
    {
        ["name"] = name,
        ["endpoint"] = endpoint,
        ["path"] = durable?.Folder,
        ["durability"] = (int)(durable?.Durability ?? Durability.Always),
        ["updates"] = limits.MaximumUpdates,
        ["updateBytes"] = limits.MaximumUpdateBytes,
        ["valueBytes"] = limits.MaximumValueBytes,
    }));

    /// <summary>Reads a request.</summary>
    public static (string? Name, string? Endpoint, StoreOptions Limits, DurableOptions? Durable) ReadRequest(Frame request)
    {
        var fields = Fields.Of(request.Payload);
        return (fields.Get<string>("name"), fields.Get<string>("endpoint"), new StoreOptions
        {
            MaximumUpdates = fields.Get<int>("updates"),
            MaximumUpdateBytes = fields.Get<long>("updateBytes"),
            MaximumValueBytes = fields.Get<int>("valueBytes"),
        }, fields.Get<string>("path") is { } path ? new DurableOptions(path, (Durability)fields.Get<int>("durability")) : null);
    }

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

    /// <summary>Answers that a server cannot start.</summary>
    public static Frame Answer(Exception failure) => new(Refused, Encode(new OrderedDictionary
    {
        ["fault"] = (int)((failure as FaultException)?.Fault ?? Fault.InvalidArgument),
        ["message"] = failure.Message,
        ["target"] = (failure as FaultException)?.Target?.ToString(),
    }));

    /// <summary>Reads an answer.</summary>
    /// <exception cref="FaultException">The one that kept the server from starting.</exception>
    public static ZProcServer ReadAnswer(Frame answer)
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
                CutOff = fields.Get<long>("cutBytes") is > 0 and var bytes ? new CutOff(bytes, fields.Get<int>("cutTransactions")) : null,
            }
            : throw new FaultException((Fault)fields.Get<int>("fault"), fields.Get<string>("message")!, fields.Get<string>("target"));
    }

    private static ReadOnlyMemory<byte> Encode(OrderedDictionary fields) => PowerShellValues.Encode(fields).Bytes;
}
