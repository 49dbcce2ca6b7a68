namespace ZProc.Core.Processes.Windows;

/// <summary>The tree as a job of Windows. All that a child starts is in the child's job, so there is nothing to search for.</summary>
internal sealed class WindowsProcessTree : ProcessTree
{
    private readonly JobObject? _job;

    /// <param name="job">The child's job; null for the empty tree: the jobs of this process's children end with this process.</param>
    public WindowsProcessTree(JobObject? job) => _job = job;

    /// <inheritdoc/>
    public override IReadOnlyCollection<ProcessIdentity> Find() => [];

    /// <inheritdoc/>
    public override bool Kill(TimeSpan bound) => _job is null || _job.Kill(bound);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _job?.Dispose();
        base.Dispose(disposing);
    }
}
