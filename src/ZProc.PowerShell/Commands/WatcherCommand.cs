using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary>A command that finds registered watchers by name, by id or from the pipeline.</summary>
public abstract class WatcherCommand : ZProcContextCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ParameterSetName = "Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(WatcherNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Ids.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Id")]
    public int[] Id { get; set; } = [];

    /// <summary>The watchers that were named. One that does not exist is an error, but for wildcards.</summary>
    private protected IEnumerable<ZStateWatcher> Named()
    {
        var all = TheContext.Watchers.All.ToArray();
        foreach (var id in Id)
        {
            if (Array.Find(all, watcher => watcher.Id == id) is { } found)
            {
                yield return found;
            }
            else
            {
                WriteMissing(id);
            }
        }

        foreach (var name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            var matches = all.Where(watcher => pattern.IsMatch(watcher.Name)).ToArray();
            foreach (var watcher in matches)
            {
                yield return watcher;
            }

            if (matches.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteMissing(name);
            }
        }
    }

    private void WriteMissing(object which) => WriteFault(new FaultException(
        Fault.InvalidArgument, $"There is no watcher '{which}' in this session. Get-ZStateWatcher lists those there are.", which));
}
