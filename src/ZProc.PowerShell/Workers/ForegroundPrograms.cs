using System.Diagnostics;
using System.Management.Automation.Runspaces;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Workers;

/// <summary>
/// The native programs that a runspace's pipeline waits for. The engine kills them at once when the pipeline stops. ZProc takes that
/// over on Linux and macOS, so that a program can clean up. This needs members of the engine that are not public. Where an engine has
/// others, it kills the programs itself.
/// </summary>
internal static class ForegroundPrograms
{
    // The part of a grace that is left to the script's finally blocks after its program was killed.
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(1);

    /// <summary>How long programs may take to end, of the grace that a script has.</summary>
    public static TimeSpan ShareOf(TimeSpan grace) => grace - TimeSpan.FromTicks(Math.Min(grace.Ticks / 4, LongestReserve.Ticks));

    /// <summary>Finds the programs that run, and takes from the engine the right to kill them. For a pipeline that is about to be stopped.</summary>
    /// <returns>The programs, which the caller has to end. None where the engine ends them.</returns>
    public static IReadOnlyList<ProcessIdentity> TakeOver(Runspace? runspace)
    {
        if (OperatingSystem.IsWindows() || runspace is null)
        {
            return [];
        }

        try
        {
            var programs = new List<ProcessIdentity>();
            foreach (var command in EnginePipelines.NativeCommands(runspace))
            {
                // A program that has the terminal for itself is not killed by the engine: such is every program from now on.
                if (EnginePipelines.Field(command, "_nativeProcess")?.GetValue(command) is Process { HasExited: false } process
                    && EnginePipelines.Field(command, "_runStandAlone") is { } standsAlone
                    && ProcessIdentity.Of(process.Id) is { } program)
                {
                    standsAlone.SetValue(command, true);
                    programs.Add(program);
                }
            }

            return programs;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or NullReferenceException)
        {
            // Expected: the pipeline goes on meanwhile, so a program may end or begin. The engine kills what was not found.
            ZProcEventSource.Log.FaultCaught(nameof(ForegroundPrograms), e);
            return [];
        }
    }
}
