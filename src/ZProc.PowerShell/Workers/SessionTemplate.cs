using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using ZProc.Contexts;

namespace ZProc.Workers;

/// <summary>The initial state of a process's runspace: that of the session which starts the process, with ZProc's commands added.</summary>
internal static class SessionTemplate
{
    // Adding the commands takes far less time than importing the module into each runspace.
    private static readonly List<SessionStateCmdletEntry> Commands = FindCommands();

    // The types have properties that only PowerShell adds, such as the connection string of a context.
    private static readonly string? Types = ModuleFile.Find("ZProc.Types.ps1xml");

    /// <summary>The template of the calling runspace: the same object each time, so that a spare runspace fits the session it was made for.</summary>
    /// <param name="origin">The runspace to take where the calling thread has none.</param>
    public static InitialSessionState Of(Runspace? origin = null) =>
        (Runspace.DefaultRunspace ?? origin) is { } runspace ? RunspaceContext.Of(runspace).GetTemplate(() => Make(runspace)) : Make(null);

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

        // PowerShell loads the file once in a runspace, also when a script imports the module.
        if (Types is not null && !template.Types.Any(entry => entry.FileName == Types))
        {
            template.Types.Add(new SessionStateTypeEntry(Types));
        }

        return template;
    }

    private static List<SessionStateCmdletEntry> FindCommands()
    {
        var commands = new List<SessionStateCmdletEntry>();
        foreach (var type in typeof(SessionTemplate).Assembly.GetExportedTypes())
        {
            if (type.IsSubclassOf(typeof(Cmdlet)) && type.GetCustomAttribute<CmdletAttribute>() is { } cmdlet)
            {
                commands.Add(new SessionStateCmdletEntry($"{cmdlet.VerbName}-{cmdlet.NounName}", type, helpFileName: null));
            }
        }

        return commands;
    }
}
