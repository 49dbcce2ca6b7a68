using System.Diagnostics;
using System.Text;

namespace ZProc.Core.Processes;

/// <summary>
/// An OS process that outlives the one that starts it, and belongs to no lineage. It is sent one frame, answers with
/// one, and is sent a last one so that it knows it was heard; without that it has to end.
/// </summary>
public static class DetachedProcess
{
    // The shell leaves at once, so that the program is nobody's child; in the background it would read nothing by itself.
    private const string Launch = "exec 3<&0; \"$0\" \"$@\" <&3 3<&- &";

    /// <summary>Starts one.</summary>
    /// <param name="executable">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables added to this process's own; null removes one.</param>
    /// <param name="message">What to send it.</param>
    /// <param name="bound">How long it may take to answer.</param>
    /// <returns>Its answer.</returns>
    /// <exception cref="FaultException">ProcessFailed: it could not be started, ended, or did not answer in time.</exception>
    public static Frame Start(
        string executable, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment, Frame message, TimeSpan bound)
    {
        var info = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(executable, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", Launch, executable, .. arguments]);
        info.UseShellExecute = false;
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        info.StandardErrorEncoding = new UTF8Encoding(false);
        info.WorkingDirectory = Path.GetPathRoot(Environment.CurrentDirectory); // it shall hold no folder
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        info.Environment.Remove(Lineage.Variable);
        try
        {
            using var process = Process.Start(info)!;
            using var input = process.StandardInput.BaseStream;
            using var output = process.StandardOutput.BaseStream;
            var text = process.StandardError.ReadToEndAsync();
            message.Write(input);

            // Reading a pipe cannot be given up; closing our ends lets the program, and so the reader, end.
            var answer = Task.Factory.StartNew(() => Frame.Read(output), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (!answer.Wait(bound))
            {
                throw Failed(executable, "it did not answer in time");
            }

            if (answer.Result is not { } frame)
            {
                throw Failed(executable, text.Wait(bound) && text.Result.Trim() is { Length: > 0 } said ? said : "it ended at once");
            }

            Acknowledge(input);
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
        catch (IOException)
        {
            // It answered and ended: the answer says why.
        }
    }

    private static FaultException Failed(string executable, string reason, Exception? inner = null) =>
        new(Fault.ProcessFailed, $"'{executable}' could not be started: {reason}.", executable, inner);
}
