using System.Diagnostics;
using System.Globalization;

namespace ZProc.Benchmarks.Peers;

/// <summary>Another OS process of this program, which carries out a request a line until its standard input ends.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="role">The role of the process, as the program's arguments.</param>
    public PeerProcess(params IReadOnlyList<string> role)
        : this(new ProcessStartInfo(Environment.ProcessPath!, role))
    {
    }

    /// <param name="start">Another program with the same manners.</param>
    public PeerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1"; // as in every process that ZProc starts
        _process = Process.Start(start)!;
    }

    /// <summary>Sends a request, and returns at once.</summary>
    public void Begin(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Waits for the answer to the request.</summary>
    public string End() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The other process has ended.");

    /// <summary>Sends a request, and waits for its figure.</summary>
    public double Ask(string line)
    {
        Begin(line);
        return double.Parse(End(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
