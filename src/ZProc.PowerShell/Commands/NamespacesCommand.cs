using ZProc.Core;
using ZProc.Core.State;
using ZProc.Errors;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>A command that works on namespaces themselves, named or piped.</summary>
public abstract class NamespacesCommand : ZProcContextCommand
{
    private readonly List<(string Name, bool IsLiteral)> _names = [];

    /// <summary>Adds names, with wildcards, for <see cref="Named"/> to find.</summary>
    private protected void Add(IEnumerable<string> names) => _names.AddRange(names.Select(static name => (name, false)));

    /// <summary>Adds names without wildcards.</summary>
    private protected void AddLiteral(IEnumerable<string> names) => _names.AddRange(names.Select(static name => (name, true)));

    /// <summary>The named namespaces, each once. A name without wildcards that names no namespace is an error.</summary>
    private protected IEnumerable<NamespaceInfo> Named()
    {
        var all = _names.Count == 0 ? [] : ResolvedContext.Client.GetNamespaces(StopToken);
        var byName = all.ToDictionary(info => info.Name, StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (typed, isLiteral) in _names)
        {
            IEnumerable<NamespaceInfo> found;
            var (name, matches) = isLiteral ? TypedKey.Literal(typed) : TypedKey.Of(typed, byName.ContainsKey);
            if (matches is not null)
            {
                // ZProc's own namespaces are found only by patterns with their prefix.
                found = all.Where(info => matches(info.Name) && (info.Name[0] != KeyName.ReservedPrefix || name[0] == KeyName.ReservedPrefix));
            }
            else if (byName.TryGetValue(name, out var one))
            {
                found = [one];
            }
            else
            {
                WriteFault(new FaultException(
                    Fault.KeyNotFound,
                    $"There is no namespace '{name}' in the context '{ResolvedContext.Name}'.{Suggestion.Sentence(name, byName.Keys)} Get-ZStateNamespace lists the namespaces.",
                    name));
                continue;
            }

            foreach (var info in found.Where(info => known.Add(info.Name)))
            {
                yield return info;
            }
        }
    }
}
