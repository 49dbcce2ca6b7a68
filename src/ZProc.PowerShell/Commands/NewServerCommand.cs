using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.Commands;

/// <summary>A command that starts a server, in this process or in one of its own, with the parameters that all such commands have.</summary>
public abstract class NewServerCommand : ZProcCommand
{
    /// <summary>The name. Default: a name made from the address.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public virtual string? Name { get; set; }

    /// <summary>The address to listen on: <c>tcp://HOST:PORT</c>, whose connections are encrypted, or <c>ipc://PATH</c>. Default: a socket that only this user can reach.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Endpoint { get; set; }

    /// <summary>How many updates of each namespace are kept for <c>Get-ZState -Revision</c> and for watches that resume. Default: 10,000.</summary>
    [Parameter]
    public int? MaximumHistoryCount { get; set; }

    /// <summary>How many bytes of updates of each namespace are kept; the last 1,000 updates are kept whatever their size. Default: 64 MiB.</summary>
    [Parameter]
    public long? MaximumHistoryBytes { get; set; }

    /// <summary>The size of the largest value, in encoded bytes; at most 256 MiB. Default: 64 MiB.</summary>
    [Parameter]
    public int? MaximumValueBytes { get; set; }

    /// <summary>The limits of the server's state.</summary>
    /// <exception cref="FaultException">InvalidArgument.</exception>
    private protected StoreOptions Limits()
    {
        var limits = new StoreOptions();
        return limits with
        {
            MaximumUpdates = MaximumHistoryCount ?? limits.MaximumUpdates,
            MaximumUpdateBytes = MaximumHistoryBytes ?? limits.MaximumUpdateBytes,
            MaximumValueBytes = MaximumValueBytes ?? limits.MaximumValueBytes,
        };
    }
}
