using System.Management.Automation;
using ZProc.Core;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Progress;
using ZProc.Requests;

namespace ZProc.Commands;

/// <summary>
/// <c>Receive-ZProcess</c>: outputs what processes wrote, in the order in which it was written, to the stream to which it was
/// written. The failure of a process is its last error.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "ZProcess", DefaultParameterSetName = ProcessSet)]
public sealed class ReceiveZProcessCommand : ProcessesCommand
{
    // How long the record of a process's end may take to arrive after the process's last output.
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(5);

    /// <summary>Receives until the processes have ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Keeps the output, to be received again.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        using var changed = new ManualResetEventSlim();
        var writer = new ProgressWriter(this);
        using var progress = new WorkProgress(writer, isOn: Wait);
        using var changes = progress.IsOn ? new ProcessChanges(Processes, changed.Set) : null;
        var relay = new ProgressRelay(writer, () => progress.ActivityId);
        var receivers = new OutputReceiver?[Processes.Count];
        foreach (var process in Processes)
        {
            process.GatherOutput();
            process.Written.Changed += changed.Set;
        }

        try
        {
            for (var i = 0; i < receivers.Length; i++)
            {
                receivers[i] = Begin(Processes[i], changed.Set);
            }

            var positions = new long[Processes.Count];
            while (true)
            {
                changed.Reset();
                var open = false;
                for (var i = 0; i < positions.Length; i++)
                {
                    if (Drain(Processes[i], ref receivers[i], relay, ref positions[i]))
                    {
                        open = true;
                    }
                    else
                    {
                        relay.Complete(Processes[i]);
                    }
                }

                if (!open)
                {
                    return;
                }

                progress.Update(() => ProcessCounts.Of(Processes));
                Waits.Once(token => changed.Wait(progress.Next.Remaining, token));
            }
        }
        finally
        {
            for (var i = 0; i < receivers.Length; i++)
            {
                receivers[i]?.Dispose();
                Processes[i].Written.Changed -= changed.Set;
            }

            relay.Complete();
        }
    }

    /// <summary>Begins to fetch the output of a process of another session.</summary>
    private OutputReceiver? Begin(ZProcess process, Action arrived)
    {
        try
        {
            return process.Receive(Keep, Wait, arrived, StopToken);
        }
        catch (FaultException fault)
        {
            WriteFault(fault, process);
            return null;
        }
    }

    /// <summary>Writes the output that has arrived from a process. A receiver that fails ends alone, after what it got.</summary>
    /// <returns>Whether there is more to wait for.</returns>
    private bool Drain(ZProcess process, ref OutputReceiver? receiver, ProgressRelay relay, ref long position)
    {
        var open = receiver is null
            ? Wait && !process.IsRemote && !process.Ended.IsCompleted
            : process.ProcessState != ZProcessState.Lost; // the sender is gone
        var failure = Pump(receiver);
        Drain(process, process.Written, relay, Keep, ref position);
        if (receiver is null)
        {
            return open;
        }

        var start = 0L;
        Drain(process, receiver.Queue, relay, keep: false, ref start);
        if (failure is not null)
        {
            receiver.Dispose();
            receiver = null;
            WriteFault(failure, process);
            return false;
        }

        if (receiver.IsComplete && Wait)
        {
            process.Ended.Wait((int)EndBound.TotalMilliseconds, StopToken); // the record of the end is on its way
        }

        if (!Keep)
        {
            process.NoteDrained();
        }

        return open && !receiver.IsComplete;
    }

    /// <summary>Takes what has arrived.</summary>
    /// <returns>Why no more can arrive; null while more can.</returns>
    private static FaultException? Pump(OutputReceiver? receiver)
    {
        try
        {
            receiver?.Pump();
            return null;
        }
        catch (FaultException fault)
        {
            return fault;
        }
    }

    private void Drain(ZProcess process, OutputQueue queue, ProgressRelay relay, bool keep, ref long position)
    {
        while (queue.TryRead(ref position, keep, out var item))
        {
            if (item.Kind == OutputKind.Failure)
            {
                process.Ended.Wait((int)EndBound.TotalMilliseconds, StopToken); // a script that catches the error finds the process failed
            }

            if (item.Kind == OutputKind.Progress)
            {
                relay.Show(process, (ProgressRecord)item.Open()!);
            }
            else
            {
                this.Write(item.Kind, item.Open());
            }
        }
    }
}
