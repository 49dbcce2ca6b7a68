using System.Collections;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>A command that starts a context with a server in this session.</summary>
public abstract class NewContextCommand : NewServerCommand
{
    /// <summary>The namespace that is current in it. Default: <c>default</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>How many workers are kept ready for OS processes that are to start at once, from the first one on. Default: 1.</summary>
    [Parameter]
    [ValidateRange(0, 64)]
    public int SpareProcesses { get; set; } = SparePool.DefaultSize;

    /// <summary>Parameters of <c>Start-ZProcess</c> with the values that they have here where a call does not give them.</summary>
    [Parameter]
    public IDictionary? ProcessDefaults { get; set; }

    /// <summary>Starts it.</summary>
    /// <exception cref="FaultException">CannotConnect; InvalidKey; InvalidArgument.</exception>
    private protected ZProcContext StartContext() => ContextFactory.Start(
        Name, Namespace, Endpoint, Limits(), SpareProcesses, new ProcessDefaults(ProcessDefaults));
}
