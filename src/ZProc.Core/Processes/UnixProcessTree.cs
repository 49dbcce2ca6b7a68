namespace ZProc.Core.Processes;

/// <summary>The tree on Linux and macOS: <see cref="DescendantSearch"/> finds it in the platform's list of processes.</summary>
internal sealed class UnixProcessTree : ProcessTree
{
    private readonly IUnixProcesses _processes;
    private readonly ProcessIdentity? _root;
    private readonly Lineage _lineage;

    /// <summary>Creates it.</summary>
    /// <param name="root">The process whose tree it is; null to search by lineage only.</param>
    /// <param name="lineage">The lineage of the tree.</param>
    public UnixProcessTree(ProcessIdentity? root, Lineage lineage)
    {
        _processes = Platform();
        _root = root;
        _lineage = lineage;
    }

    /// <summary>The calls of this platform.</summary>
    public static IUnixProcesses Platform() => OperatingSystem.IsMacOS() ? new MacProcesses() : new LinuxProcesses();

    /// <inheritdoc/>
    public override IReadOnlyCollection<ProcessIdentity> Find() =>
        DescendantSearch.Find(_processes.List(), _root, Environment.ProcessId, entry => _processes.CarriesLineage(entry, _lineage));

    /// <inheritdoc/>
    public override bool Kill(TimeSpan bound) => ProcessTreeKiller.Kill(_processes, Find, bound);

    /// <inheritdoc/>
    public override bool End(TimeSpan moment, TimeSpan bound)
    {
        if (Find() is { Count: > 0 } found)
        {
            ProgramEnd.Run([.. found.OrderBy(static process => process.StartTime)], moment);
        }

        return Kill(bound);
    }

    /// <inheritdoc/>
    public override void KillOrphanedWriters()
    {
        if (OperatingSystem.IsLinux())
        {
            OrphanedWriters.Kill(_processes, Find());
        }
    }
}
