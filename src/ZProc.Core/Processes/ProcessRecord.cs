using System.Collections.Specialized;
using System.Globalization;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Processes;

/// <summary>
/// The record of a process in the state: an entry of the namespace <see cref="KeyName.Processes"/>, which every session of the
/// context can read and watch as a dictionary.
/// </summary>
public sealed record ProcessRecord
{
    /// <summary>How many attempts are kept: the newest ones.</summary>
    public const int KeptAttempts = 100;

    // So that a script of any length makes a record of bounded size.
    private const int CommandLength = 1000;

    /// <summary>The process's id; the key of the record.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name that people see.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of worker: <c>Process</c> or <c>Runspace</c>.</summary>
    public required string As { get; init; }

    /// <summary>Its status.</summary>
    public required ProcessStatus Status { get; init; }

    /// <summary>The beginning of its script.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>The network name of the machine it runs on. Containers and cloned machines may share one.</summary>
    public string Machine { get; init; } = Environment.MachineName;

    /// <summary>The <see cref="ProcessPlace"/> in which its OS process has its id.</summary>
    public string Place { get; init; } = ProcessPlace.Here.ToString();

    /// <summary>Whether it runs in the place of the calling OS process, so that its process id means the same here.</summary>
    public bool IsHere => Place == ProcessPlace.Here.ToString();

    /// <summary>The session that supervises it.</summary>
    public required Guid Session { get; init; }

    /// <summary>The session or process that started it.</summary>
    public required Guid Parent { get; init; }

    /// <summary>The name of the session or process that started it.</summary>
    public string ParentName { get; init; } = string.Empty;

    /// <summary>The record's key.</summary>
    public string Key => KeyOf(Id);

    /// <summary>The key of a process's record.</summary>
    public static string KeyOf(Guid id) => id.ToString("D", CultureInfo.InvariantCulture);

    /// <summary>The record as a value of the state.</summary>
    public EncodedValue Encode() => ValueCodec.Encode(new OrderedDictionary
    {
        ["name"] = Name,
        ["as"] = As,
        ["state"] = Status.State.ToString(),
        ["command"] = Command.Length > CommandLength ? Command[..CommandLength] + "…" : Command,
        ["machine"] = Machine,
        ["place"] = Place,
        ["processId"] = Status.ProcessId,
        ["session"] = KeyOf(Session),
        ["parent"] = KeyOf(Parent),
        ["parentName"] = ParentName,
        ["attempts"] = Status.Attempts,
        ["history"] = Status.History.Select(ToFields).ToArray<object?>(),
        ["started"] = Status.Started,
        ["ended"] = Status.Ended,
        ["nextAttempt"] = Status.NextAttempt,
        ["wasAbandoned"] = Status.WasAbandoned,
        ["exitCode"] = Status.ExitCode,
        ["error"] = Status.Error,
        ["errorId"] = Status.ErrorId,
    });

    /// <summary>Reads a record; null where the value is none.</summary>
    public static ProcessRecord? TryDecode(string key, EncodedValue value) => RecordReading.OrNull(() => Decode(key, value));

    /// <summary>Reads a record.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the value is no record.</exception>
    public static ProcessRecord Decode(string key, EncodedValue value)
    {
        var fields = Fields.Of(ValueCodec.Decode(value));
        return new ProcessRecord
        {
            Id = IdOf(key),
            Name = fields.Get<string>("name") ?? string.Empty,
            As = fields.Get<string>("as") ?? string.Empty,
            Command = fields.Get<string>("command") ?? string.Empty,
            Machine = fields.Get<string>("machine") ?? string.Empty,
            Place = fields.Get<string>("place") ?? string.Empty,
            Session = IdOf(fields.Get<string>("session")),
            Parent = IdOf(fields.Get<string>("parent")),
            ParentName = fields.Get<string>("parentName") ?? string.Empty,
            Status = new ProcessStatus
            {
                State = Enum.TryParse<ProcessState>(fields.Get<string>("state"), out var state) ? state : throw Fields.Malformed("a process has no state"),
                ProcessId = fields.Get<int?>("processId"),
                Attempts = fields.Get<int>("attempts"),
                History = (fields.Get<object?[]>("history") ?? []).Select(item => ToAttempt(Fields.Of(item))).ToArray(),
                Started = fields.Get<DateTime?>("started"),
                Ended = fields.Get<DateTime?>("ended"),
                NextAttempt = fields.Get<DateTime?>("nextAttempt"),
                WasAbandoned = fields.Get<bool>("wasAbandoned"), // a session of an older ZProc does not say
                ExitCode = fields.Get<int?>("exitCode"),
                Error = fields.Get<string>("error"),
                ErrorId = fields.Get<string>("errorId"),
            },
        };
    }

    private static Guid IdOf(string? text) => Guid.TryParse(text, out var id) ? id : throw Fields.Malformed("a process has no id");

    private static OrderedDictionary ToFields(ProcessAttempt attempt) => new()
    {
        ["number"] = attempt.Number,
        ["processId"] = attempt.ProcessId,
        ["started"] = attempt.Started,
        ["ended"] = attempt.Ended,
        ["exitCode"] = attempt.ExitCode,
        ["error"] = attempt.Error,
        ["errorId"] = attempt.ErrorId,
    };

    private static ProcessAttempt ToAttempt(Fields fields) => new(
        fields.Get<int>("number"),
        fields.Get<int?>("processId"),
        fields.Get<DateTime>("started"),
        fields.Get<DateTime>("ended"),
        fields.Get<int>("exitCode"),
        fields.Get<string>("error"),
        fields.Get<string>("errorId"));
}
