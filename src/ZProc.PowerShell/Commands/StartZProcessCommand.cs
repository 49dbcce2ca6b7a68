using System.Management.Automation;
using ZProc.Completers;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Processes;
using ZProc.Requests;

namespace ZProc.Commands;

/// <summary>
/// <c>Start-ZProcess</c>: runs script blocks or a file beside this session, each in an OS process or in a runspace. The script has
/// <c>$State</c>, <c>$Props</c>, <c>$Process</c> and <c>$Context</c>. Also starts processes that <c>New-ZProcess</c> made.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = BlockSet)]
[OutputType(typeof(ZProcess))]
public sealed class StartZProcessCommand : ProcessStartCommand
{
    private const string ProcessSet = "Process";

    private readonly List<ZProcess> _made = [];

    /// <summary>Processes that <c>New-ZProcess</c> made.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = ProcessSet)]
    public new ZProcess[] Process { get; set; } = [];

    /// <summary>How many of the processes run at once at most. The others wait. Default: all run.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ThrottleLimit { get; set; }

    /// <summary>
    /// Runs the process under the server instead of this session: it outlives the session, and ends with the server. Any session can
    /// list, receive and stop it. For servers of <c>Start-ZProcServer</c>.
    /// </summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Background { get; set; }

    /// <summary>
    /// Machines on which the process runs, with wildcards: one process on each. The process outlives this session, as with
    /// <c>-Background</c>. Machines take part with <c>Start-ZProcServer -Context</c>.
    /// </summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineNameCompleter))]
    public string[] Machine { get; set; } = [];

    /// <inheritdoc/>
    private protected override bool IsForMachines => Machine.Length > 0;

    /// <inheritdoc/>
    private protected override void ProcessNext()
    {
        if (ParameterSetName == ProcessSet)
        {
            _made.AddRange(Process);
        }
        else
        {
            base.ProcessNext();
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        var throttle = new Throttle(ThrottleLimit);
        if (ParameterSetName == ProcessSet)
        {
            StartMade(throttle);
            return;
        }

        var hosting = Machine.Length > 0 ? nameof(Machine) : Background ? nameof(Background) : null;
        if (hosting is not null && ThrottleLimit is not null)
        {
            throw new FaultException(Fault.InvalidArgument, $"-ThrottleLimit does not work with -{hosting}: this session would have to start the waiting processes, and it may end first. Leave one of them out.", ThrottleLimit);
        }

        var hosts = hosting is null ? [] : Hosts();
        foreach (var start in Starts("Start ZProc process"))
        {
            if (hosting is not null)
            {
                foreach (var host in hosts)
                {
                    StartOn(host, start, hosting);
                }

                continue;
            }

            var process = ResolvedContext.Processes.Create(start);
            try
            {
                throttle.Add(process);
            }
            catch
            {
                process.Remove();
                throw;
            }

            WriteObject(process);
        }
    }

    /// <summary>The hosts that the call names, or the one for a background process.</summary>
    private IReadOnlyList<HostRecord> Hosts() => Machine.Length == 0
        ? [ProcessHosts.ForBackground(ResolvedContext, StopToken)]
        : [.. MachineFinder.Find(ResolvedContext, Machine, fault => WriteFault(fault), StopToken)];

    /// <summary>Starts a process on a host. Of several machines, one that does not answer, or refuses the start, is an error of its own: the others start the process.</summary>
    private void StartOn(HostRecord host, ProcessStart start, string hosting)
    {
        try
        {
            WriteObject(BackgroundProcesses.Start(ResolvedContext, host, start, hosting, WorkingDirectory is not null, StopToken));
        }
        catch (FaultException fault) when (hosting == nameof(Machine) && fault.Fault is Fault.ProcessFailed or Fault.InvalidArgument)
        {
            WriteFault(new FaultException(fault.Fault, $"Machine '{host.Name}': {fault.Message}", host.Name, fault));
        }
    }

    private void StartMade(Throttle throttle)
    {
        if (RetryParameters.Names.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } name)
        {
            throw new FaultException(Fault.InvalidArgument, $"-{name} has no effect on a process that is already made. Give it to New-ZProcess.", name);
        }

        foreach (var process in _made.Where(process => ShouldProcess(process.Name, "Start ZProc process")))
        {
            if (process.ProcessState != ZProcessState.NotStarted)
            {
                WriteFault(
                    new FaultException(Fault.InvalidArgument, $"The process '{process.Name}' has been started before. Use Restart-ZProcess to run it again.", process.Name), process);
                continue;
            }

            throttle.Add(process);
            WriteObject(process);
        }
    }
}
