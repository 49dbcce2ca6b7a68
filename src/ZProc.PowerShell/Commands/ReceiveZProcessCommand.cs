using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

/// <summary>
/// <c>Receive-ZProcess</c>: what processes wrote, in the order in which they wrote it, each stream as its own. Why one
/// failed is its last error.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "ZProcess", DefaultParameterSetName = ProcessSet)]
public sealed class ReceiveZProcessCommand : ProcessesCommand
{
    // Between a process's last output and its end lies no more than its record.
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(5);

    private readonly ProgressRelay _progress;

    /// <summary>Creates it.</summary>
    public ReceiveZProcessCommand() => _progress = new ProgressRelay(WriteProgress);

    /// <summary>Goes on until the processes have ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Leaves what was received to be received again.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        using var changed = new ManualResetEventSlim();
        foreach (var process in Processes)
        {
            process.GatherOutput();
            process.Written.Changed += changed.Set;
        }

        try
        {
            var positions = new long[Processes.Count];
            while (true)
            {
                changed.Reset();
                var open = Processes.Any(process => !process.Ended.IsCompleted);
                for (var i = 0; i < positions.Length; i++)
                {
                    Drain(Processes[i], ref positions[i]);
                }

                if (!Wait || !open)
                {
                    return;
                }

                changed.Wait(StopToken);
            }
        }
        finally
        {
            foreach (var process in Processes)
            {
                process.Written.Changed -= changed.Set;
            }

            _progress.Complete();
        }
    }

    private void Drain(ZProcess process, ref long position)
    {
        while (process.Written.TryRead(ref position, Keep, out var item))
        {
            if (item.Kind == OutputKind.Error && process.Failure is not null)
            {
                process.Ended.Wait((int)EndBound.TotalMilliseconds, StopToken); // whoever catches the error finds the process failed
            }

            Write(process, item.Kind, item.Open());
        }
    }

    private void Write(ZProcess process, OutputKind kind, object? value)
    {
        switch (kind)
        {
            case OutputKind.Output:
                WriteObject(value);
                break;
            case OutputKind.Error:
                WriteError(ErrorCodec.Copy((ErrorRecord)value!));
                break;
            case OutputKind.Warning:
                WriteWarning(TextOf(value));
                break;
            case OutputKind.Verbose:
                WriteVerbose(TextOf(value));
                break;
            case OutputKind.Debug:
                WriteDebug(TextOf(value));
                break;
            case OutputKind.Information:
                WriteInformation((InformationRecord)value!);
                break;
            case OutputKind.Progress:
                _progress.Show(process, (ProgressRecord)value!);
                break;
            default:
                // Text that bypassed PowerShell shows as what Write-Host writes does.
                WriteInformation(new HostInformationMessage { Message = TextOf(value) }, ["PSHOST"]);
                break;
        }
    }

    private static string TextOf(object? value) => (value as InformationalRecord)?.Message ?? value as string ?? string.Empty;
}
