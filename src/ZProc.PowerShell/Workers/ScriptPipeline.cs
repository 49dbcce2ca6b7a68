using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Core.Diagnostics;
using ZProc.Output;
using ZProc.Parallel;

namespace ZProc.Workers;

/// <summary>Runs pipelines in a runspace, one after the other on the caller's thread, and reports how each ended.</summary>
internal sealed class ScriptPipeline
{
    private readonly Runspace _runspace;
    private readonly WorkerHost _host;

    /// <param name="runspace">The runspace. It uses the thread of the caller.</param>
    /// <param name="host">The runspace's host, which keeps the script's exit code and stops it.</param>
    public ScriptPipeline(Runspace runspace, WorkerHost host)
    {
        _runspace = runspace;
        _host = host;
    }

    /// <summary>Stops pipelines.</summary>
    public PipelineStopper Stopper => _host.Stopper;

    /// <summary>Receives what pipelines write, on the thread that writes. By default nothing does.</summary>
    public Action<OutputKind, object?> Write { get; set; } = static (_, _) => { };

    /// <summary>Runs a pipeline to its end.</summary>
    /// <param name="add">Adds its commands.</param>
    /// <param name="input">The pipeline's input.</param>
    /// <param name="tap">Receives the output instead of <see cref="Write"/>; null for the usual way.</param>
    public ScriptEnd Run(Action<PowerShell> add, IReadOnlyList<object?>? input = null, ItemTap? tap = null)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        add(shell);
        ScriptStreams.Connect(shell, Write);
        if (!Stopper.TryBegin(shell))
        {
            return ScriptEnd.Stopped;
        }

        try
        {
            using var items = new PSDataCollection<object?>(input ?? []);
            items.Complete();
            var settings = new PSInvocationSettings { AddToHistory = false };
            if (tap is not null)
            {
                shell.Invoke(items, tap, settings);
            }
            else
            {
                shell.Invoke(items, StreamTap.Of<PSObject>(value => Write(OutputKind.Output, value)), settings);
            }

            return Stopper.HasStopped(shell) ? ScriptEnd.Stopped
                : _host.ExitCode is { } code and not 0 ? ScriptEnd.Exited(_runspace.Name, code)
                : ScriptEnd.Completed;
        }
        catch (Exception expected) when (Stopper.HasStopped(shell))
        {
            // Expected: the engine throws in a pipeline that is stopped.
            ZProcEventSource.Log.FaultCaught(nameof(ScriptPipeline), expected);
            return ScriptEnd.Stopped;
        }
#pragma warning disable CA1031 // any exception that the script throws is how it failed
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ScriptEnd.Failed(e);
        }
        finally
        {
            Stopper.End();
        }
    }
}
