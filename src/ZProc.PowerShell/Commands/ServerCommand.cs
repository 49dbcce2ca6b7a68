using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary>A command about servers that have a process of their own.</summary>
public abstract class ServerCommand : ZProcCommand
{
    /// <summary>The servers that were named. One that does not run is an error, but for wildcards.</summary>
    private protected IEnumerable<ZProcServer> Named(IEnumerable<string> names)
    {
        var all = ServerFolder.All();
        foreach (var name in names)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            var found = all.Where(server => pattern.IsMatch(server.Name)).ToArray();
            foreach (var server in found)
            {
                yield return server;
            }

            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteFault(new FaultException(
                    Fault.InvalidArgument, $"No ZProc server named '{name}' runs on this machine for this user. Get-ZProcServer lists those that do.", name));
            }
        }
    }
}
