using System.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>A process that was started with pipes for its standard input, output and error.</summary>
/// <param name="Process">The process.</param>
/// <param name="Input">Its standard input.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Text">Its standard error.</param>
internal sealed record PipedProcess(Process Process, Stream Input, Stream Output, StreamReader Text) : IDisposable
{
    /// <summary>Starts a process on Linux or macOS.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static PipedProcess Start(ProcessStartInfo info)
    {
        info.UseShellExecute = false;
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        var process = Process.Start(info)!;
        return new PipedProcess(process, process.StandardInput.BaseStream, process.StandardOutput.BaseStream, process.StandardError);
    }

    /// <summary>Closes this side of the pipes that are open, and forgets the process. Each step runs even if the one before fails.</summary>
    public void Dispose()
    {
        Guard.Try(Input.Dispose);
        CloseOutput();
    }

    /// <summary>The same, without the input.</summary>
    public void CloseOutput()
    {
        Guard.Try(Output.Dispose);
        Guard.Try(Text.Dispose);
        Process.Dispose();
    }
}
