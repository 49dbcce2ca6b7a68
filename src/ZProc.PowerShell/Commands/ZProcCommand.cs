using System.Management.Automation;
using ZProc.Core;
using ZProc.Errors;

namespace ZProc.Commands;

/// <summary>
/// What every command shares: Ctrl+C as a cancellation, and faults as error records with a stable id.
/// A fault ends the command with a terminating error unless the command says otherwise.
/// </summary>
public abstract class ZProcCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled by Ctrl+C and by whatever else stops the pipeline.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>Work for each pipeline object.</summary>
    protected virtual void Process()
    {
    }

    /// <summary>Work after the last pipeline object.</summary>
    protected virtual void End()
    {
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guarded(Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guarded(End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>The deadline of a <c>-TimeoutSec</c>; none given is never.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is negative.</exception>
    protected static Deadline DeadlineOf(double? seconds) => seconds switch
    {
        null => Deadline.Never,
        >= 0 and <= int.MaxValue => Deadline.After(TimeSpan.FromSeconds(seconds.Value)),
        _ => throw new FaultException(
            Fault.InvalidArgument, $"A time of {seconds} seconds makes no sense. Give 0 or more, or leave the parameter out to wait without end.", seconds),
    };

    /// <summary>A time that something may take; none given is none.</summary>
    /// <exception cref="FaultException">InvalidArgument: it is not positive.</exception>
    private protected static TimeSpan? TimeOf(double? seconds, string parameter) => seconds switch
    {
        null => null,
        > 0 and <= int.MaxValue => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new FaultException(Fault.InvalidArgument, $"{parameter}: a time of {seconds} seconds makes no sense. Give more than 0, or leave it out.", seconds),
    };

    /// <summary>Writes a fault that does not end the command.</summary>
    protected void WriteFault(FaultException fault, object? target = null) => WriteError(ErrorRecords.From(fault, target));

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the command holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (FaultException fault)
        {
            ThrowTerminatingError(ErrorRecords.From(fault));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
