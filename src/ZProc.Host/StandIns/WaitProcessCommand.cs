using System.Diagnostics;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Wait-Process; the time limit holds for all the processes together.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Process", DefaultParameterSetName = "Name")]
public sealed class WaitProcessCommand : ProcessBaseCommand, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<Process> _processes = [];

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Id", ValueFromPipelineByPropertyName = true)]
    [Alias("PID", "ProcessId")]
    public int[]? Id { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public Process[]? InputObject { get; set; }

    [Parameter(Position = 1)]
    [Alias("TimeoutSec")]
    [ValidateRange(0, 32767)]
    public int Timeout { get; set; } = -1;

    [Parameter]
    public SwitchParameter Any { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    public void Dispose() => _stopped.Dispose();

    protected override void ProcessRecord() =>
        _processes.AddRange(InputObject is not null ? InputObject : Id is not null ? ById(Id) : ByName(Name));

    protected override void EndProcessing()
    {
        foreach (Process self in _processes.Where(process => process.Id == Environment.ProcessId))
            WriteError("WaitOnItself", ErrorCategory.ObjectNotFound, new ProcessCommandException("A process cannot wait for its own end.") { ProcessName = NameOf(self) }, self);
        _processes.RemoveAll(process => process.Id == Environment.ProcessId);

        Task[] ends = [.. _processes.Select(process => process.WaitForExitAsync(_stopped.Token))];
        Task all = Any && ends.Length > 0 ? Task.WhenAny(ends) : Task.WhenAll(ends);
        bool ended;
        try
        {
            ended = all.Wait(Timeout < 0 ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(Timeout), _stopped.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        foreach (Process process in ended ? [] : _processes.Where(process => !HasEnded(process)))
        {
            WriteError("ProcessNotTerminated", ErrorCategory.CloseError, new TimeoutException(
                $"The process {process.Id} ('{NameOf(process)}') did not end within {Timeout} s."), process);
        }

        if (PassThru)
            WriteObject(_processes, enumerateCollection: true);
    }

    protected override void StopProcessing() => _stopped.Cancel();
}
