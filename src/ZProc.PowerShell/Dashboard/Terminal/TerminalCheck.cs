using System.Management.Automation.Host;
using ZProc.Core;

namespace ZProc.Dashboard.Terminal;

/// <summary>Finds out whether there is a terminal for a view.</summary>
internal static class TerminalCheck
{
    private const int ShortestNonInteractive = 4; // -noni

    // The hosts that have the terminal of their OS process. A worker, a remote session and a job have another host.
    private static readonly string[] Hosts = ["ConsoleHost", "Visual Studio Code Host"];
    private static readonly string[] LastOptions = ["command", "file", "encodedcommand", "ec", "commandwithargs", "cwa"];

    private static bool IsDumb => !OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";

    /// <summary>Refuses a session without a terminal.</summary>
    /// <exception cref="FaultException">NoTerminal.</exception>
    public static void Require(PSHost host)
    {
        var reason = Console.IsInputRedirected ? "the input of this session is redirected"
            : Console.IsOutputRedirected ? "the output of this session is redirected"
            : !Hosts.Contains(host.Name) ? $"the host '{host.Name}' has none"
            : !host.UI.SupportsVirtualTerminal || IsDumb ? "this one cannot move its cursor"
            : IsNonInteractive(Environment.GetCommandLineArgs()) ? "this session is not interactive"
            : null;
        if (reason is not null)
        {
            throw Missing(reason);
        }
    }

    /// <summary>The error of a session without a terminal.</summary>
    public static FaultException Missing(string reason) => new(
        Fault.NoTerminal, $"The dashboard needs a terminal, and {reason}. Show it in a browser: Show-ZProcDashboard -Web.");

    private static bool IsNonInteractive(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments.Skip(1).Where(argument => argument.StartsWith('-') || argument.StartsWith('/')))
        {
            var name = argument.TrimStart('-', '/');
            if (name.Length >= ShortestNonInteractive && "noninteractive".StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            if (name.Length > 0 && LastOptions.Any(option => option.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            {
                return false; // what follows belongs to the script
            }
        }

        return false;
    }
}
