using System.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Attacks;

/// <summary>A server in an OS process of its own, which a test can limit and kill.</summary>
internal sealed class ServerChild : IDisposable
{
    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "ZProc.StatePeer.exe" : "ZProc.StatePeer");

    private readonly Process _process;

    private ServerChild(Process process, string line)
    {
        _process = process;
        Line = line;
    }

    /// <summary>What the server said when it had started: its connection string, or why it could not start.</summary>
    public string Line { get; }

    public ConnectionString Connection => ConnectionString.Parse(Line);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server and waits until it listens, or has failed.</summary>
    /// <param name="endpoint">Where it listens; empty for a private place.</param>
    /// <param name="before">A command of the shell before it; null for none.</param>
    public static ServerChild Start(string endpoint, string? before = null)
    {
        var start = before is null
            ? new ProcessStartInfo(Program, ["serve", endpoint])
            : new ProcessStartInfo("/bin/sh", ["-c", $"{before}; exec \"$0\" serve \"$1\"", Program, endpoint]);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        return new ServerChild(process, process.StandardOutput.ReadLine() ?? "");
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends the server as its session would.</summary>
    public void Stop()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(TestValues.Soon));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
