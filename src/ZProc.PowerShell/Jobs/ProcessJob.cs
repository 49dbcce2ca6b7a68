using System.ComponentModel;
using System.Management.Automation;

namespace ZProc.Jobs;

/// <summary>A PowerShell job that can be started and stopped, and nothing between.</summary>
public abstract class ProcessJob : Job2
{
    /// <summary>Creates a job.</summary>
    /// <param name="command">The text that <c>Get-Job</c> shows as the command.</param>
    /// <param name="name">Its name; null for one that PowerShell makes.</param>
    private protected ProcessJob(string command, string? name)
        : base(command, name)
    {
    }

    /// <inheritdoc/>
    public override void StartJobAsync()
    {
        StartJob();
        OnStartJobCompleted(new AsyncCompletedEventArgs(null, false, null));
    }

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason) => StopJob();

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason) => StopJobAsync();

    /// <inheritdoc/>
    public override void SuspendJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJob(bool force, string reason) => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJobAsync() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJobAsync(bool force, string reason) => throw NotSuspendable();

    /// <inheritdoc/>
    public override void ResumeJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void ResumeJobAsync() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void UnblockJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void UnblockJobAsync() => throw NotSuspendable();

    private static InvalidOperationException NotSuspendable() => new("A ZProc process cannot be suspended. Stop it instead.");
}
