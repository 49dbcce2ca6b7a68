using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Waiting;

namespace ZProc.Commands;

/// <summary>
/// The base of all commands: Ctrl+C cancels a token, and a fault becomes an error record with a stable id. A fault that the command
/// does not catch is a terminating error.
/// </summary>
public abstract class ZProcCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private EventWait? _waits;

    /// <summary>Cancelled when the pipeline is stopped, by Ctrl+C or otherwise.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>The command's waits, during which actions of PowerShell's events run. A wait without end must be one of these.</summary>
    private protected EventWait Waits => _waits ??= new EventWait(Events, StopToken);

    /// <summary>The context that this call was given; null for none.</summary>
    private protected virtual ZProcContext? GivenContext => null;

    /// <summary>Why the given context is none; null for a context, or none given. Error records show bound parameters, and do without this one.</summary>
    private FaultException? Refusal
    {
        get
        {
            if (GivenContext?.Refusal is not { } refusal)
            {
                return null;
            }

            MyInvocation.BoundParameters.Remove("Context");
            return refusal;
        }
    }

    /// <summary>Work before the first pipeline object.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Work for each pipeline object.</summary>
    protected virtual void Process()
    {
    }

    /// <summary>Work after the last pipeline object.</summary>
    protected virtual void End()
    {
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        if (RunspaceContext.Current is { IsModuleLeaving: true } here)
        {
            here.IsModuleLeaving = false; // the module has stayed
        }

        Guarded(RefuseContext);
        Begin();
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (Refusal is { } refusal)
        {
            WriteFault(refusal); // of a pipeline object: the next one may be a context
            return;
        }

        Guarded(Process);
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guarded(End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>The deadline of a <c>-TimeoutSec</c> that may be 0; without one, no deadline.</summary>
    /// <param name="seconds">The seconds that are given.</param>
    /// <param name="usual">How long the command waits without the parameter; null for no limit.</param>
    /// <exception cref="FaultException">InvalidArgument: the time is negative or too long.</exception>
    protected static Deadline DeadlineOf(double? seconds, TimeSpan? usual = null) => seconds switch
    {
        null => Deadline.Never,
        >= 0 and <= int.MaxValue => Deadline.After(TimeSpan.FromSeconds(seconds.Value)),
        _ => throw new FaultException(
            Fault.InvalidArgument,
            $"-TimeoutSec: {seconds} seconds is out of range. Give 0 or more, or leave -TimeoutSec out to wait {(usual is { } time ? $"{time.TotalSeconds} seconds" : "without end")}.",
            seconds),
    };

    /// <summary>The time limit that a parameter gives, in seconds; null without one.</summary>
    /// <exception cref="FaultException">InvalidArgument: the time is not positive, or too long.</exception>
    private protected static TimeSpan? TimeOf(double? seconds, string parameter) => seconds switch
    {
        null => null,
        > 0 and <= int.MaxValue => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new FaultException(Fault.InvalidArgument, $"{parameter}: {seconds} seconds is out of range. Give more than 0, or leave {parameter} out.", seconds),
    };

    /// <summary>Whether the call gives a parameter. A switch that is off, as in <c>-Live:$false</c>, is not given.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    private protected bool IsGiven(string parameter) =>
        MyInvocation.BoundParameters.TryGetValue(parameter, out var value) && value is not SwitchParameter { IsPresent: false };

    /// <summary>Writes a fault as an error that does not end the command.</summary>
    protected void WriteFault(FaultException fault, object? target = null) => WriteError(ErrorRecords.From(fault, target));

    /// <summary>Refuses the object that the command works on. The next one of a pipeline can be right; an argument is the only one, and ends the command.</summary>
    private protected void Refuse(FaultException fault)
    {
        if (!MyInvocation.ExpectingInput)
        {
            throw fault;
        }

        WriteFault(fault);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the command holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    private void RefuseContext()
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
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
