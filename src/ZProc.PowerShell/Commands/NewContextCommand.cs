using System.Collections;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Server;
using ZProc.Core.Wire;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>A command that starts a context with a server in this session.</summary>
public abstract class NewContextCommand : NewServerCommand
{
    /// <summary>The current namespace in the context. Default: <c>default</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>How many OS processes are kept ready for <c>Start-ZProcess</c>, once a first process has started. Default: 1.</summary>
    [Parameter]
    [ValidateRange(0, 64)]
    public int SpareProcesses { get; set; } = SparePool.DefaultSize;

    /// <summary>Defaults for parameters of <c>Start-ZProcess</c> in this context: parameter names and values.</summary>
    [Parameter]
    public IDictionary? ProcessDefaults { get; set; }

    /// <summary>Starts the context, after <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
    /// <returns>The context; null when it is not to be started.</returns>
    /// <exception cref="FaultException">CannotConnect; InvalidKey; InvalidArgument; DirectoryInUse; DirectoryDamaged; DiskFailed.</exception>
    private protected ZProcContext? StartContext()
    {
        if (!ShouldProcess(ContextAddress.Redact(Name) ?? Path ?? Endpoint ?? "a private socket of this machine", "Start ZProc context"))
        {
            return null;
        }

        var context = ContextFactory.Start(
            Name, Namespace, Endpoint, Limits(), SpareProcesses, new ProcessDefaults(ProcessDefaults), durable: Durable());
        Warn((context.Server as StateServer)?.Store.CutOff);
        return context;
    }
}
