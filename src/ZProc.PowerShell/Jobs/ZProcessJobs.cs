using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Contexts;
using ZProc.Processes;
using ZProc.Watching;

namespace ZProc.Jobs;

/// <summary>
/// Makes the processes that a runspace started known to PowerShell's own job commands in that runspace. Public because
/// PowerShell creates an instance when it imports the module; not for other use.
/// </summary>
public sealed class ZProcessJobs : JobSourceAdapter
{
    // PowerShell may call on another thread than that of the runspace.
    private readonly Runspace? _runspace = Runspace.DefaultRunspace;

    /// <summary>Creates the adapter in the runspace that imports the module.</summary>
    public ZProcessJobs() => Name = "ZProc";

    /// <inheritdoc/>
    public override Job2 NewJob(JobInvocationInfo specification) =>
        throw new NotSupportedException("Create a ZProc process with New-ZProcess or Start-ZProcess.");

    /// <inheritdoc/>
    public override IList<Job2> GetJobs() => Find(static _ => true);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByName(string name, bool recurse) => Find(process => Matches(name, process.Name));

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse) => Find(process => Matches(command, process.Command));

    /// <inheritdoc/>
    public override Job2? GetJobByInstanceId(Guid instanceId, bool recurse) => Find(process => process.InstanceId == instanceId).FirstOrDefault();

    /// <inheritdoc/>
    public override Job2? GetJobBySessionId(int id, bool recurse) => Find(process => process.Id == id).FirstOrDefault();

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Find(process => process.JobStateInfo.State == state);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) => Find(process =>
        filter.All(pair => PSObject.AsPSObject(process).Properties[pair.Key] is { } property && Matches(pair.Value?.ToString() ?? string.Empty, property.Value?.ToString())));

    /// <inheritdoc/>
    public override void RemoveJob(Job2 job) => (job as ZProcess)?.Remove();

    private static bool Matches(string pattern, string? text) =>
        pattern.Equals(text ?? string.Empty, StringComparison.OrdinalIgnoreCase) || KeyPatterns.TryNameMatcher(pattern)?.Invoke(text ?? string.Empty) == true;

    private IList<Job2> Find(Func<ZProcess, bool> isMeant) =>
    [
        .. ContextTable.Everything.SelectMany(context => context.Processes.All)
            .Where(process => process.Origin == _runspace && isMeant(process)),
    ];
}
