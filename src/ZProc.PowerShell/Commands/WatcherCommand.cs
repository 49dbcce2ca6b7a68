using System.Management.Automation;
using ZProc.Completers;
using ZProc.Core;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>A command that finds registered watchers by name, by id or from the pipeline.</summary>
public abstract class WatcherCommand : ZProcContextCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ParameterSetName = "Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(WatcherNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Ids.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Id")]
    [IdTransformation]
    [ArgumentCompleter(typeof(WatcherIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>The watchers that can be named.</summary>
    private protected virtual IEnumerable<ZStateWatcher> Candidates => ResolvedContext.Watchers.All;

    /// <summary>The named watchers. An id, or a name without wildcards, that names no watcher is an error.</summary>
    private protected IEnumerable<ZStateWatcher> Named()
    {
        var all = Candidates.ToArray();
        return Finder.ById(all, Id, watcher => watcher.Id, watcher => watcher.Name, WriteMissing)
            .Concat(Finder.ByName(all, Name, watcher => watcher.Name, watcher => watcher.Id, WriteMissing));
    }

    private void WriteMissing(object which, string proposal) => WriteFault(FaultException.NotFound(
        $"There is no watcher '{which}' in this session.{proposal} Get-ZStateWatcher lists the watchers.", which));
}
