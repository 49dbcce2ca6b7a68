using System.Management.Automation;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>A command about namespaces themselves, those named and those piped.</summary>
public abstract class NamespacesCommand : ZProcContextCommand
{
    private readonly List<string> _names = [];

    /// <summary>Adds a name, with wildcards, that <see cref="Named"/> shall look for.</summary>
    private protected void Add(IEnumerable<string> names) => _names.AddRange(names);

    /// <summary>Adds a name as it is.</summary>
    private protected void AddLiteral(IEnumerable<string> names) => _names.AddRange(names.Select(name => WildcardPattern.Escape(name)));

    /// <summary>The namespaces that were named, each once. One that does not exist is an error, but for wildcards.</summary>
    private protected IEnumerable<NamespaceInfo> Named()
    {
        var all = _names.Count == 0 ? [] : TheContext.Client.GetNamespaces(StopToken);
        var byName = all.ToDictionary(info => info.Name, StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in _names)
        {
            IEnumerable<NamespaceInfo> found;
            if (KeyPatterns.IsPattern(name))
            {
                // ZProc's own are for those who ask for them.
                var matches = KeyPatterns.Matcher(name);
                found = all.Where(info => matches(info.Name) && (info.Name[0] != KeyName.ReservedPrefix || name[0] == KeyName.ReservedPrefix));
            }
            else if (byName.TryGetValue(WildcardPattern.Unescape(name), out var one))
            {
                found = [one];
            }
            else
            {
                WriteFault(new FaultException(
                    Fault.KeyNotFound,
                    $"There is no namespace '{WildcardPattern.Unescape(name)}' in the context '{TheContext.Name}'. Get-ZStateNamespace lists those there are.",
                    WildcardPattern.Unescape(name)));
                continue;
            }

            foreach (var info in found.Where(info => known.Add(info.Name)))
            {
                yield return info;
            }
        }
    }
}
