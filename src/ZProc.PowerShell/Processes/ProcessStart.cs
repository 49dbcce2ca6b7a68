using ZProc.Core.Processes;
using ZProc.Core.Values;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>
/// The description of a process: given to <see cref="ProcessTable.Start"/>, kept for later attempts, and sent to the
/// worker. The script runs once or, with <see cref="Watch"/>, once per update as a watcher's action.
/// </summary>
internal sealed record ProcessStart
{
    /// <summary>The script, or the watcher's action.</summary>
    public required ScriptSource Script { get; init; }

    /// <summary>What users see as the command of the job; null for the text of the script.</summary>
    public string? Command { get; init; }

    /// <summary>All scripts that the process is given.</summary>
    public IEnumerable<ScriptSource> Sources => InitializationScript is null ? [Script, .. Functions.Values] : [Script, InitializationScript, .. Functions.Values];

    /// <summary>The namespace that <c>$State</c> shows and the process's commands use by default.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name of the process; null for a name made from the job id.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the script runs in an OS process or in a runspace.</summary>
    public ProcessKind As { get; init; }

    /// <summary>Set when the script is a watcher's action.</summary>
    public WatchActionStart? Watch { get; init; }

    /// <summary>Whether the script runs once for each item that the worker is sent.</summary>
    public bool TakesItems { get; init; }

    /// <summary>The value of <c>$Props</c>, encoded.</summary>
    public EncodedValue Props { get; init; }

    /// <summary>Positional arguments, encoded.</summary>
    public IReadOnlyList<EncodedValue> Arguments { get; init; } = [];

    /// <summary>Arguments by name, encoded.</summary>
    public IReadOnlyList<KeyValuePair<string, EncodedValue>> Parameters { get; init; } = [];

    /// <summary>
    /// The values of the scripts' <c>$using:</c> expressions, as <see cref="UsingValues.Collect"/> found them in the
    /// caller's session. A runspace gets the objects themselves, an OS process copies.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Using { get; init; } = new Dictionary<string, object?>();

    /// <summary>Variables that the scripts closed over, by name. A runspace gets the objects themselves, an OS process copies.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>();

    /// <summary>The objects that <c>$input</c> enumerates.</summary>
    public IReadOnlyList<object?> Input { get; init; } = [];

    /// <summary>The current directory of the script; null for that of this OS process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>A script that runs before <see cref="Script"/> in the same runspace.</summary>
    public ScriptSource? InitializationScript { get; init; }

    /// <summary>Functions of the caller's session, defined before any script runs.</summary>
    public IReadOnlyDictionary<string, ScriptSource> Functions { get; init; } = new Dictionary<string, ScriptSource>();

    /// <summary>Preference variables of the caller's session, by name.</summary>
    public IReadOnlyDictionary<string, object?> Preferences { get; init; } = new Dictionary<string, object?>();

    /// <summary>The cultures of the caller's thread.</summary>
    public ScriptCulture Culture { get; init; } = ScriptCulture.Current;

    /// <summary>The encodings of the caller's console, which an OS process gets; null for those of the machine that it runs on.</summary>
    public ConsoleEncodings? Encodings { get; init; } = ConsoleEncodings.Current;

    /// <summary>Modules that are imported before any script runs.</summary>
    public IReadOnlyList<string> ImportModule { get; init; } = [];

    /// <summary>Environment variables of an OS process, in addition to <see cref="BaseEnvironment"/>; a null value removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The environment of an OS process; null for that of this OS process at the beginning of an attempt.</summary>
    public IReadOnlyDictionary<string, string?>? BaseEnvironment { get; init; }

    /// <summary>The path of the PowerShell for an OS process; null for that of this session.</summary>
    public string? PowerShellPath { get; init; }

    /// <summary>Whether and when a failed attempt is followed by another one.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>The value of <c>$Props</c> from the second attempt on; null for <see cref="Props"/>.</summary>
    public EncodedValue? RetryProps { get; init; }

    /// <summary>The time that an attempt may take; null for no limit.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>The time that all attempts and the intervals between them may take together; null for no limit.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The number of output items that are kept until they are received; older ones are dropped. Null keeps all.</summary>
    public long? OutputLimit { get; init; }

    /// <summary>
    /// The same start, for a runspace with copies of the objects that belong to the caller's runspace. For the thread of that
    /// runspace.
    /// </summary>
    /// <exception cref="Core.FaultException">ValueNotSupported: a value is of no use in another runspace.</exception>
    public ProcessStart ForRunspace() => As != ProcessKind.Runspace ? this : this with
    {
        Using = Using.ToDictionary(static pair => pair.Key, static pair => RunspaceCopy.Of(pair.Value, UsingValues.TextOf(pair.Key))),
        Variables = Variables.ToDictionary(static pair => pair.Key, static pair => RunspaceCopy.Of(pair.Value, $"${pair.Key}")),
        Input = RunspaceCopy.OfAll(Input, "-InputObject"),
        Watch = Watch is { Spec.When: { } when } watch ? watch with { Spec = watch.Spec with { When = when.ForRunspace() } } : Watch,
    };
}
