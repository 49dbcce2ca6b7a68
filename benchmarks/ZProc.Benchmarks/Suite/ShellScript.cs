using System.Diagnostics;
using System.Globalization;

namespace ZProc.Benchmarks.Suite;

/// <summary>A script of the folder <c>benchmarks</c>, in a fresh session of the PowerShell that is measured.</summary>
internal static class ShellScript
{
    /// <summary>
    /// Runs the script to its end. A line with a name, a tab and a number is a figure. Other lines are passed on.
    /// </summary>
    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public static void Run(string name, IReadOnlyList<string> arguments, Action<string, double> figure)
    {
        var start = new ProcessStartInfo(Checkout.Shell, ["-NoProfile", "-NonInteractive", "-File", Path.Combine(Checkout.Root, "benchmarks", name), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var series, var text] && double.TryParse(text, CultureInfo.InvariantCulture, out var value))
            {
                figure(series, value);
            }
            else
            {
                Console.WriteLine(line);
            }
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} ended with exit code {process.ExitCode}.");
        }
    }
}
