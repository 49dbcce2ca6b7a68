using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ZProc.PowerShell;

/// <summary>What a process's runspace starts from: the calling session's own beginnings, with our commands in it.</summary>
internal static class SessionTemplate
{
    // Much cheaper than importing the module into each runspace.
    private static readonly SessionStateCmdletEntry[] Commands = typeof(SessionTemplate).Assembly.GetExportedTypes()
        .Where(type => type.IsSubclassOf(typeof(Cmdlet)))
        .Select(type => (Type: type, Cmdlet: type.GetCustomAttribute<CmdletAttribute>()))
        .Where(pair => pair.Cmdlet is not null)
        .Select(pair => new SessionStateCmdletEntry($"{pair.Cmdlet!.VerbName}-{pair.Cmdlet.NounName}", pair.Type, helpFileName: null))
        .ToArray();

    /// <summary>Makes one from the calling runspace.</summary>
    /// <param name="origin">The runspace to take where the caller has none.</param>
    public static InitialSessionState Capture(Runspace? origin = null)
    {
        var template = (Runspace.DefaultRunspace ?? origin)?.InitialSessionState.Clone() ?? InitialSessionState.CreateDefault2();
        foreach (var command in Commands)
        {
            if (template.Commands[command.Name].Count == 0)
            {
                template.Commands.Add(command);
            }
        }

        return template;
    }
}
