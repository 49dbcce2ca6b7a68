using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>A command that works on namespaces themselves, named or piped.</summary>
public abstract class NamespacesCommand : ZProcContextCommand
{
    private readonly List<string> _names = [];

    /// <summary>Adds names, with wildcards, for <see cref="Named"/> to find.</summary>
    private protected void Add(IEnumerable<string> names) => _names.AddRange(names);

    /// <summary>Adds names without wildcards.</summary>
    private protected void AddLiteral(IEnumerable<string> names) => _names.AddRange(names.Select(name => WildcardPattern.Escape(name)));

    /// <summary>The named namespaces, each once. A name without wildcards that names no namespace is an error.</summary>
    private protected IEnumerable<NamespaceInfo> Named()
    {
        var all = _names.Count == 0 ? [] : ResolvedContext.Client.GetNamespaces(StopToken);
        var byName = all.ToDictionary(info => info.Name, StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in _names)
        {
            IEnumerable<NamespaceInfo> found;
            if (KeyPatterns.IsPattern(name))
            {
                // ZProc's own namespaces are found only by patterns with their prefix.
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
                    $"There is no namespace '{WildcardPattern.Unescape(name)}' in the context '{ResolvedContext.Name}'. Get-ZStateNamespace lists the namespaces.",
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
