using System.Collections.Specialized;
using ZProc.Core.Durable;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Servers;

/// <summary>Converts <see cref="ServerSettings"/> to fields, and back.</summary>
internal static class ServerSettingsCodec
{
    /// <summary>Converts to fields.</summary>
    public static OrderedDictionary ToFields(ServerSettings settings) => new()
    {
        ["name"] = settings.Name,
        ["endpoint"] = settings.Endpoint,
        ["engine"] = settings.Engine,
        ["path"] = settings.Durable?.Folder,
        ["durability"] = (int)(settings.Durable?.Durability ?? Durability.Always),
        ["updates"] = settings.Limits.MaximumUpdates,
        ["updateBytes"] = settings.Limits.MaximumUpdateBytes,
        ["valueBytes"] = settings.Limits.MaximumValueBytes,
        ["restart"] = settings.Restart,
    };

    /// <summary>Converts from fields.</summary>
    /// <exception cref="Core.FaultException"><see cref="Core.Fault.MalformedMessage"/>.</exception>
    public static ServerSettings FromFields(Fields fields) => new()
    {
        Name = fields.Get<string>("name"),
        Endpoint = fields.Get<string>("endpoint"),
        Engine = fields.Get<string>("engine"),
        Durable = fields.Get<string>("path") is { } path ? new DurableOptions(path, (Durability)fields.Get<int>("durability")) : null,
        Limits = new StoreOptions
        {
            MaximumUpdates = fields.Get<int>("updates"),
            MaximumUpdateBytes = fields.Get<long>("updateBytes"),
            MaximumValueBytes = fields.Get<int>("valueBytes"),
        },
        Restart = fields.Get<bool>("restart"),
    };
}
