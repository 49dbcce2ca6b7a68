using System.Management.Automation.Runspaces;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ZProc.Workers;

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

    private static readonly ConditionalWeakTable<Runspace, InitialSessionState> Known = new();

    /// <summary>That of the calling runspace; the same one each time.</summary>
    /// <param name="origin">The runspace to take where the caller has none.</param>
    public static InitialSessionState Of(Runspace? origin = null) =>
        (Runspace.DefaultRunspace ?? origin) is { } runspace ? Known.GetValue(runspace, Make) : Make(null);

    /// <summary>Notes that a runspace was made from a template, so that those it makes are made from the same one.</summary>
    public static void Note(Runspace runspace, InitialSessionState template) => Known.Add(runspace, template);

    private static InitialSessionState Make(Runspace? runspace)
    {
        var template = runspace?.InitialSessionState.Clone() ?? InitialSessionState.CreateDefault2();
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
