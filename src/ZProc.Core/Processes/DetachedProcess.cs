using System.Diagnostics;
using System.Text;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>
/// An OS process that outlives the one that starts it, and belongs to no lineage. It receives one frame, answers with one, and
/// receives a last one that acknowledges the answer; without the acknowledgement it has to end.
/// </summary>
public static class DetachedProcess
{
    // The shell ends at once, so that the program has no parent here. Without descriptor 3 a program in the background would have no input.
    private const string Launch = "exec 3<&0; \"$0\" \"$@\" <&3 3<&- &";

    /// <summary>Starts one.</summary>
    /// <param name="executable">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables added to this process's own; null removes one.</param>
    /// <param name="message">The first frame for it.</param>
    /// <param name="bound">The time for its answer.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <returns>Its answer.</returns>
    /// <exception cref="FaultException">ProcessFailed: the program could not be started, ended, or did not answer in time.</exception>
    public static Frame Start(
        string executable, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment, Frame message, TimeSpan bound, CancellationToken cancellation = default)
    {
        var info = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(executable, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", Launch, executable, .. arguments]);
        info.StandardErrorEncoding = new UTF8Encoding(false);
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        info.Environment.Remove(Lineage.Variable);
        NeutralFolder.Use(info);
        try
        {
            using var process = OperatingSystem.IsWindows() ? WindowsStart.Detached(info) : PipedProcess.Start(info);
            message.Write(process.Input);

            // A read of a pipe cannot be cancelled. Closing this end lets the program end, and with it the read.
            var answer = Task.Factory.StartNew(() => Frame.Read(process.Output), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (!answer.Wait((int)Math.Min(bound.TotalMilliseconds, int.MaxValue), cancellation))
            {
                throw Failed(executable, $"it did not answer within {bound.TotalSeconds:0.###} seconds. Where the machine is busy, allow a longer time");
            }

            if (answer.Result is not { } frame)
            {
                // Read only now: the end of the text of a program that runs would not come.
                var text = process.Text.ReadToEndAsync(CancellationToken.None);
                throw Failed(executable, text.Wait(bound, CancellationToken.None) && text.Result.Trim() is { Length: > 0 } said ? said : "it ended at once");
            }

            Acknowledge(process.Input);
            return frame;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or AggregateException { InnerException: IOException or InvalidDataException })
        {
            throw Failed(executable, (e.InnerException ?? e).Message, e);
        }
    }

    private static void Acknowledge(Stream input)
    {
        try
        {
            new Frame(0, default).Write(input);
        }
        catch (IOException expected)
        {
            // Expected: the program has answered and ended. The answer says why.
            ZProcEventSource.Log.FaultCaught(nameof(DetachedProcess), expected);
        }
    }

    private static FaultException Failed(string executable, string reason, Exception? inner = null) =>
        new(Fault.ProcessFailed, $"'{executable}' could not be started: {reason}.", executable, inner);
}
