using System.Collections.Specialized;
using System.Globalization;
using System.Runtime.InteropServices;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Processes;

/// <summary>
/// The record of an OS process that takes processes of other sessions: an entry of the namespace <see cref="KeyName.Server"/>. A server
/// of ZProc has one; on an engine, each machine that takes part.
/// </summary>
public sealed record HostRecord
{
    /// <summary>The key of a server's own record. A machine's key is its name.</summary>
    public const string ServerKey = "host";

    /// <summary>The name that people see.</summary>
    public required string Name { get; init; }

    /// <summary>The session that supervises the processes.</summary>
    public required Guid Session { get; init; }

    /// <summary>Its OS process.</summary>
    public required ProcessIdentity Process { get; init; }

    /// <summary>The network name of the computer. Containers and cloned machines may share one.</summary>
    public string Machine { get; init; } = Environment.MachineName;

    /// <summary>The <see cref="ProcessPlace"/> in which the OS process has its id.</summary>
    public string Place { get; init; } = ProcessPlace.Here.ToString();

    /// <summary>Whether it is in the place of the calling OS process.</summary>
    public bool IsHere => Place == ProcessPlace.Here.ToString();

    /// <summary>How many logical processors it has.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>Its operating system.</summary>
    public string System { get; init; } = RuntimeInformation.OSDescription;

    /// <summary>When it joined, in UTC.</summary>
    public DateTime Joined { get; init; } = DateTime.UtcNow;

    /// <summary>Whether it was asked to end.</summary>
    public bool IsEnding { get; init; }

    /// <summary>The record as a value of the state.</summary>
    public EncodedValue Encode() => ValueCodec.Encode(new OrderedDictionary
    {
        ["name"] = Name,
        ["session"] = Session.ToString("D", CultureInfo.InvariantCulture),
        ["processId"] = Process.Id,
        ["processStart"] = Process.StartTime,
        ["machine"] = Machine,
        ["place"] = Place,
        ["processors"] = Processors,
        ["system"] = System,
        ["joined"] = Joined,
        ["isEnding"] = IsEnding,
    });

    /// <summary>Reads a record; null where the value is none.</summary>
    public static HostRecord? TryDecode(EncodedValue value) => RecordReading.OrNull(() => Decode(value));

    /// <summary>Reads a record.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the value is no record.</exception>
    public static HostRecord Decode(EncodedValue value)
    {
        var fields = Fields.Of(ValueCodec.Decode(value));
        return new HostRecord
        {
            Name = fields.Get<string>("name") ?? string.Empty,
            Session = Guid.TryParse(fields.Get<string>("session"), out var session) ? session : throw Fields.Malformed("a machine has no session"),
            Process = new ProcessIdentity(fields.Get<int>("processId"), fields.Get<long>("processStart")),
            Machine = fields.Get<string>("machine") ?? string.Empty,
            Place = fields.Get<string>("place") ?? string.Empty,
            Processors = fields.Get<int>("processors"),
            System = fields.Get<string>("system") ?? string.Empty,
            Joined = fields.Get<DateTime>("joined"),
            IsEnding = fields.Get<bool>("isEnding"),
        };
    }
}
