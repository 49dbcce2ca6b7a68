using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Durable;
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

    /// <summary>A folder that keeps the state on disk. A later server with the same folder goes on from there. Default: the state is in memory and ends with its server.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>With <c>-Path</c>: <c>Always</c>, an update is on disk before it is acknowledged; <c>Interval</c>, within 0.1 s and the time of one write. Default: <c>Always</c>.</summary>
    [Parameter]
    public Durability Durability { get; set; }

    /// <summary>How many updates of each namespace are kept for <c>Get-ZState -Revision</c> and for watches that resume. Default: 10,000.</summary>
    [Parameter]
    public int? MaximumHistoryCount { get; set; }

    /// <summary>How many bytes of updates of each namespace are kept; the last 1,000 updates are kept whatever their size. Default: 64 MiB.</summary>
    [Parameter]
    public long? MaximumHistoryBytes { get; set; }

    /// <summary>The size of the largest value, in encoded bytes; at most 256 MiB. Default: 64 MiB.</summary>
    [Parameter]
    public int? MaximumValueBytes { get; set; }

    /// <summary>Where the state is kept; null for a state in memory.</summary>
    /// <exception cref="FaultException">InvalidArgument.</exception>
    private protected DurableOptions? Durable()
    {
        if (Path is null)
        {
            return MyInvocation.BoundParameters.ContainsKey(nameof(Durability))
                ? throw new FaultException(Fault.InvalidArgument, "-Durability says when an update is on disk. Give the folder with -Path, or leave -Durability out.")
                : null;
        }

        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path, out var provider, out _);
        return provider.Name == "FileSystem"
            ? new DurableOptions(path, Durability)
            : throw new FaultException(Fault.InvalidArgument, $"'{Path}' is no path of the file system. Give the path of a folder for the state.", Path);
    }

    /// <summary>Says what could not be read when the state was opened.</summary>
    private protected void Warn(CutOff? cutOff)
    {
        if (cutOff is { Transactions: 0 })
        {
            WriteWarning($"The log of the state ends with a write that was not finished: {cutOff.Bytes:N0} bytes were cut off. No acknowledged update was among them.");
        }
        else if (cutOff is { Transactions: 1 })
        {
            WriteWarning($"The log of the state is damaged: {cutOff.Bytes:N0} bytes with the last write could not be read and were cut off. The write was acknowledged, unless the machine failed in the middle of it.");
        }
        else if (cutOff is not null)
        {
            WriteWarning($"The log of the state is damaged: {cutOff.Bytes:N0} bytes with {cutOff.Transactions:N0} acknowledged writes at its end could not be read and were cut off.");
        }
    }

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
