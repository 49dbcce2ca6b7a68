using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell;

/// <summary>Functions of the caller's session, for a process that shall have them, too.</summary>
internal static class SessionFunctions
{
    /// <summary>Finds them.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="names">Their names, with wildcards.</param>
    /// <exception cref="FaultException">InvalidArgument: there is no function of a name.</exception>
    public static IReadOnlyDictionary<string, ScriptSource> Find(SessionState session, IEnumerable<string> names)
    {
        var functions = new Dictionary<string, ScriptSource>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var isPattern = WildcardPattern.ContainsWildcardCharacters(name);
            var found = session.InvokeCommand.GetCommands(name, CommandTypes.Function | CommandTypes.Filter, isPattern).Cast<FunctionInfo>().ToArray();
            if (found.Length == 0 && !isPattern)
            {
                throw new FaultException(Fault.InvalidArgument, $"There is no function '{name}' here for -ImportFunction.", name);
            }

            foreach (var function in found)
            {
                functions.TryAdd(function.Name, ScriptSource.Of(function.ScriptBlock));
            }
        }

        return functions;
    }
}
