using System.Diagnostics;
using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Workers;

/// <summary>
/// The native programs that a runspace's pipeline waits for while it is stopped. The engine would kill them at once. ZProc takes that
/// over on Linux and macOS, so that a program can clean up. This needs members of the engine that are not public. Where an engine has
/// others, it kills the programs itself.
/// </summary>
internal sealed class ForegroundPrograms
{
    private const string NativeProcess = "_nativeProcess";
    private const string RunStandAlone = "_runStandAlone";
    private const string Sync = "_sync";

    // The part of a grace that is left to the script's finally blocks after its program was killed.
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(1);

    // How long killed programs may take to end.
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(1);

    private readonly Runspace _runspace;
    private readonly object[] _commands;
    private readonly Deadline _killDue;
    private readonly Deadline _goneDue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ForegroundPrograms(Runspace runspace, object[] commands, TimeSpan bound)
    {
        _runspace = runspace;
        _commands = commands;
        _killDue = Deadline.After(bound);
        _goneDue = Deadline.After(bound + KillBound);
    }

    /// <summary>How long programs, or items, may take to end, of the grace that a script has.</summary>
    public static TimeSpan ShareOf(TimeSpan grace) => grace - TimeSpan.FromTicks(Math.Min(grace.Ticks / 4, LongestReserve.Ticks));

    /// <summary>
    /// Takes from the engine the right to kill the programs of the commands that run, also of a command whose program is only being
    /// started. For a pipeline that is about to be stopped.
    /// </summary>
    /// <param name="runspace">The pipeline's runspace.</param>
    /// <param name="bound">How long the programs may take to end.</param>
    /// <returns>The programs, which the caller has to end. Null where there are none, and where the engine ends them.</returns>
    public static ForegroundPrograms? TakeOver(Runspace? runspace, TimeSpan bound)
    {
        if (OperatingSystem.IsWindows() || runspace is null)
        {
            return null;
        }

        var commands = EnginePipelines.NativeCommands(runspace).Where(TryTakeOver).ToArray();
        return commands.Length == 0 ? null : new ForegroundPrograms(runspace, commands, bound);
    }

    /// <summary>Ends the programs. Returns when they have ended, or were killed.</summary>
    /// <param name="waitUntilStopping">Waits until the script cannot go on: it would go on behind a program that ends before that.</param>
    public void End(Action<TimeSpan> waitUntilStopping)
    {
        try
        {
            waitUntilStopping(_killDue.Remaining / 2);
            if (_commands.Select(Find).OfType<ProcessIdentity>().ToArray() is { Length: > 0 } programs)
            {
                ProgramEnd.Run(programs, _killDue.Remaining);
            }
        }
        finally
        {
            _ended.SetResult();
        }
    }

    /// <summary>
    /// Waits until the programs have ended, on the script's thread, where a command is about to be closed. The engine kills the program
    /// of a command that it closes, and would not leave the program the time that it has.
    /// </summary>
    public void WaitForEnd()
    {
        // A program that a finally block runs is none of these.
        if (!EnginePipelines.IsInFinally(_runspace))
        {
            _ended.Task.Wait(_goneDue.Remaining);
        }
    }

    private static bool TryTakeOver(object command)
    {
        if (EnginePipelines.Field(command, RunStandAlone) is not { } standsAlone
            || EnginePipelines.Field(command, NativeProcess) is null || EnginePipelines.Field(command, Sync) is null)
        {
            return false;
        }

        // A program that has the terminal for itself is not killed by the engine: such is every program from now on.
        standsAlone.SetValue(command, true);
        return true;
    }

    private ProcessIdentity? Find(object command)
    {
        var sync = EnginePipelines.Get(command, Sync)!;

        // The engine holds the lock while it starts the program. Until then the program may run and have no id here.
        if (!Monitor.TryEnter(sync, _killDue.Remaining))
        {
            return null;
        }

        try
        {
            return EnginePipelines.Get(command, NativeProcess) is Process { HasExited: false } process ? ProcessIdentity.Of(process.Id) : null;
        }
        catch (InvalidOperationException expected)
        {
            // Expected: the program could not be started, or has ended, and the engine has disposed of it.
            ZProcEventSource.Log.FaultCaught(nameof(ForegroundPrograms), expected);
            return null;
        }
        finally
        {
            Monitor.Exit(sync);
        }
    }
}
