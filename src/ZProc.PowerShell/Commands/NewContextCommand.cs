using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary>A command that starts a context with a server in this session.</summary>
public abstract class NewContextCommand : NewServerCommand
{
    /// <summary>The namespace that is current in it. Default: <c>default</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Starts it.</summary>
    /// <exception cref="FaultException">CannotConnect; InvalidKey; InvalidArgument.</exception>
    private protected ZProcContext StartContext() => ContextFactory.Start(Name, Namespace, Endpoint, Limits());
}
