using System.ComponentModel;
using System.Diagnostics;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Stop-Process: on Unix a SIGKILL, with or without -Force.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Process", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
public sealed class StopProcessCommand : ProcessBaseCommand
{
    [Parameter(Mandatory = true, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Id", ValueFromPipelineByPropertyName = true)]
    public int[]? Id { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public Process[]? InputObject { get; set; }

    [Parameter]
    [Alias("NoConfirm")]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        IEnumerable<Process> processes = InputObject is not null ? InputObject : Id is not null ? ById(Id) : ByName(Name);
        foreach (Process process in processes)
        {
            string name = NameOf(process);
            if (!ShouldProcess($"{name} ({process.Id})", "Stop-Process"))
                continue;
            try
            {
                if (!HasEnded(process))
                    process.Kill();
            }
            catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
            {
                if (!HasEnded(process))
                {
                    WriteError("CouldNotStopProcess", ErrorCategory.CloseError, new ProcessCommandException(
                        $"The process {process.Id} ('{name}') could not be stopped: {failure.Message}", failure) { ProcessName = name }, process);
                    continue;
                }
            }

            if (PassThru)
                WriteObject(process);
        }
    }
}
