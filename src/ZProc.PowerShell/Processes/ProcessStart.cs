using ZProc.Core.Values;

namespace ZProc.PowerShell;

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

    /// <summary>Modules imported before anything runs.</summary>
    public IReadOnlyList<string> ImportModule { get; init; } = [];

    /// <summary>Environment variables set for an OS process; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The PowerShell to run for an OS process; null: the one this session runs in.</summary>
    public string? PowerShellPath { get; init; }
}
