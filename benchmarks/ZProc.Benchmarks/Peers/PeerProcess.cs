using System.Diagnostics;
using System.Globalization;

namespace ZProc.Benchmarks.Peers;

/// <summary>Another OS process of this program, which does what it is asked line by line until its standard input ends.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="role">What it is: the program's arguments.</param>
    public PeerProcess(params IReadOnlyList<string> role)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, role) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1"; // as in every process that ZProc starts
        _process = Process.Start(start)!;
    }

    /// <summary>Asks for something that takes a while.</summary>
    public void Begin(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Waits for the answer.</summary>
    public string End() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The other process has ended.");

    /// <summary>Asks for a figure.</summary>
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
