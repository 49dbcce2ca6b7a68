using ZProc.Core;
using ZProc.Servers;

namespace ZProc.Commands;

/// <summary>A command that works on servers with a process of their own.</summary>
public abstract class ServerCommand : ZProcCommand
{
    /// <summary>The named servers. A name without wildcards that names no running server is an error.</summary>
    private protected IEnumerable<ZProcServer> Named(IEnumerable<string> names) => Finder.ByName(
        ServerFolder.All(), names, server => server.Name, (name, proposal) => WriteFault(FaultException.NotFound(
            $"No ZProc server named '{name}' runs on this machine for this user, and none is down.{proposal} Get-ZProcServer lists the servers.", name)));
}
