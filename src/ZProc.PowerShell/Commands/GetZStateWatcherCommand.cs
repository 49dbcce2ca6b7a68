using System.Management.Automation;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary><c>Get-ZStateWatcher</c>: the watchers that this session registered.</summary>
[Cmdlet(VerbsCommon.Get, "ZStateWatcher", DefaultParameterSetName = "Name")]
[OutputType(typeof(ZStateWatcher))]
public sealed class GetZStateWatcherCommand : WatcherCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        if (ParameterSetName == "Name" && Name.Length == 0)
        {
            Name = ["*"];
        }

        foreach (var watcher in Named())
        {
            WriteObject(watcher);
        }
    }
}
