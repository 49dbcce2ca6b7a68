namespace ZProc.Core.Processes;

/// <summary>How to start a <see cref="ChildProcess"/>.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Arguments">Its arguments, one each; anybody on the machine can read them.</param>
/// <param name="Lineage">What marks the child and all that it will start; not another child's.</param>
public sealed record ChildProcessStart(string Executable, IReadOnlyList<string> Arguments, Lineage Lineage)
{
    /// <summary>Added to this process's environment; a null value removes.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where it starts; null: here.</summary>
    public string? WorkingDirectory { get; init; }
}
