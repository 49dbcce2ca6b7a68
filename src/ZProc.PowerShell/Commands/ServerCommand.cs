using ZProc.Core;
using ZProc.Servers;

namespace ZProc.Commands;

/// <summary>A command about servers that have a process of their own.</summary>
public abstract class ServerCommand : ZProcCommand
{
    /// <summary>The servers that were named. One that does not run is an error, but for wildcards.</summary>
    private protected IEnumerable<ZProcServer> Named(IEnumerable<string> names) => Finder.ByName(
        ServerFolder.All(), names, server => server.Name, name => WriteFault(new FaultException(
            Fault.InvalidArgument, $"No ZProc server named '{name}' runs on this machine for this user. Get-ZProcServer lists those that do.", name)));
}
