using ZProc.Core.Processes;
using ZProc.Core.Values;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>
/// Everything a process needs to start: given to <see cref="ProcessTable.Start"/>, kept for later attempts, and sent
/// to the worker. It describes a script that runs once or, with <see cref="Watch"/>, a watcher's action that runs once
/// per update. Only <see cref="Script"/> and <see cref="Namespace"/> are required.
/// </summary>
internal sealed record ProcessStart
{
    /// <summary>The script, or the watcher's action.</summary>
    public required ScriptSource Script { get; init; }

    /// <summary>The namespace that <c>$State</c> shows and the process's commands use by default.</summary>
    public required string Namespace { get; init; }

    /// <summary>What people call it; null: a name is made from the id.</summary>
    public string? Name { get; init; }

    /// <summary>What it runs as.</summary>
    public ProcessKind As { get; init; }

    /// <summary>Set when the script is a watcher's action.</summary>
    public WatchActionStart? Watch { get; init; }

    /// <summary>Whether the script runs once for each item that follows.</summary>
    public bool TakesItems { get; init; }

    /// <summary>The value of <c>$Props</c>, encoded: the process gets a copy.</summary>
    public EncodedValue Props { get; init; }

    /// <summary>Positional arguments, encoded.</summary>
    public IReadOnlyList<EncodedValue> Arguments { get; init; } = [];

    /// <summary>Arguments by name, encoded.</summary>
    public IReadOnlyList<KeyValuePair<string, EncodedValue>> Parameters { get; init; } = [];

    /// <summary>
    /// The values of the script's <c>$using:</c> expressions, as <see cref="UsingValues.Collect"/> found them in the
    /// caller's session. Live references in a runspace; encoded on the way to an OS process.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Using { get; init; } = new Dictionary<string, object?>();

    /// <summary>What <c>$input</c> enumerates.</summary>
    public IReadOnlyList<object?> Input { get; init; } = [];

    /// <summary>Where the script starts; null: the session's own current directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Runs before the script, in the same runspace.</summary>
    public ScriptSource? InitializationScript { get; init; }

    /// <summary>Functions of the caller's session, defined before anything runs.</summary>
    public IReadOnlyDictionary<string, ScriptSource> Functions { get; init; } = new Dictionary<string, ScriptSource>();

    /// <summary>Preference variables of the caller's session, by name.</summary>
    public IReadOnlyDictionary<string, object?> Preferences { get; init; } = new Dictionary<string, object?>();

    /// <summary>Modules imported before anything runs.</summary>
    public IReadOnlyList<string> ImportModule { get; init; } = [];

    /// <summary>Environment variables set for an OS process; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>What those are set in; null: the environment of this OS process as it is when an attempt begins.</summary>
    public IReadOnlyDictionary<string, string?>? BaseEnvironment { get; init; }

    /// <summary>The PowerShell to run for an OS process; null: the one this session runs in.</summary>
    public string? PowerShellPath { get; init; }

    /// <summary>Whether and when a failed attempt is followed by another one.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>What <c>$Props</c> is from the second attempt on; null: what it was.</summary>
    public EncodedValue? RetryProps { get; init; }

    /// <summary>How long an attempt may take; null for as long as it takes.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>How long all attempts and the times between them may take together.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>How many items of output wait to be received at most; of more the oldest are dropped. Null: all.</summary>
    public long? OutputLimit { get; init; }
}
