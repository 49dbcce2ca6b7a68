using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Workers;

/// <summary>
/// Sets a runspace up for a process's script: location, preferences, functions, modules, and the script itself as a command. Works
/// on the thread that runs the script.
/// </summary>
internal sealed class ScriptSetup
{
    private readonly Runspace _runspace;
    private readonly WorkerHost _host;
    private readonly ScriptPipeline _pipeline;
    private ScriptParameters _parameters = ScriptParameters.None; // of the script that is defined

    /// <param name="runspace">The runspace.</param>
    /// <param name="host">The runspace's host, which keeps the script's exit code.</param>
    /// <param name="pipeline">Runs what comes before the script.</param>
    public ScriptSetup(Runspace runspace, WorkerHost host, ScriptPipeline pipeline)
    {
        _runspace = runspace;
        _host = host;
        _pipeline = pipeline;
    }

    /// <summary>Sets up everything for a start, and runs its initialization script.</summary>
    /// <param name="start">The start.</param>
    /// <param name="variables">What ZProc provides to its scripts.</param>
    /// <returns>Null when the script can run; else how it ended before it began.</returns>
    public ScriptEnd? Apply(ProcessStart start, ScriptVariables variables)
    {
        if (start.WorkingDirectory is { } directory)
        {
            SetLocation(directory);
        }

        SetPreferences(start, decideActs: false);
        foreach (var (name, value) in start.Variables)
        {
            _runspace.SessionStateProxy.SetVariable(name, value);
        }

        foreach (var (name, function) in start.Functions)
        {
            SessionFunctions.Define(_runspace, name, function);
        }

        foreach (var module in start.ImportModule)
        {
            var end = _pipeline.Run(shell => shell.AddCommand("Import-Module").AddParameter("Name", module).AddParameter("ErrorAction", "Stop"));
            if (end.State != Core.Processes.ProcessState.Completed)
            {
                return end;
            }
        }

        SetPreferences(start, decideActs: true);
        if (start.InitializationScript is { } initialization)
        {
            DefineScript(initialization);
            var end = _pipeline.Run(shell => WithUsing(shell.AddCommand(ScriptRunspace.CommandName, useLocalScope: false).AddParameters(variables.For(_parameters, [], 0)), start));
            if (end.State != Core.Processes.ProcessState.Completed || _host.ExitCode is not null)
            {
                return end;
            }
        }

        DefineScript(start.Script);
        return null;
    }

    /// <summary>Makes the script a command whose errors show where it was written.</summary>
    public void DefineScript(ScriptSource source)
    {
        var block = source.ToScriptBlock();
        _parameters = ScriptParameters.Of(block);
        SessionFunctions.Define(_runspace, ScriptRunspace.CommandName, block);
    }

    /// <summary>Adds the script with its arguments to a pipeline. Those that the start names or numbers win over provided variables.</summary>
    public void AddScript(PowerShell shell, ProcessStart start, ScriptVariables variables)
    {
        shell.AddCommand(ScriptRunspace.CommandName, useLocalScope: true);
        var named = new List<string>(start.Parameters.Count);
        foreach (var (name, _) in start.Parameters)
        {
            named.Add(name); // a loop, as each worker would have to compile a query over structures
        }

        foreach (var (name, value) in variables.For(_parameters, named, start.Arguments.Count))
        {
            shell.AddParameter(name, value);
        }

        foreach (var (name, value) in start.Parameters)
        {
            shell.AddParameter(name, StartValues.Decode(value));
        }

        foreach (var argument in start.Arguments)
        {
            shell.AddArgument(StartValues.Decode(argument));
        }

        WithUsing(shell, start);
    }

    private static void WithUsing(PowerShell shell, ProcessStart start)
    {
        if (UsingValues.ToTable(start.Using) is { } table)
        {
            shell.AddParameter(UsingValues.Parameter, table);
        }
    }

    private void SetPreferences(ProcessStart start, bool decideActs)
    {
        foreach (var (name, value) in start.Preferences)
        {
            if (Preferences.DecidesActs(name) == decideActs)
            {
                _runspace.SessionStateProxy.SetVariable(name, value);
            }
        }
    }

    /// <summary>
    /// Goes to a folder, unless the runspace is there: the engine looks at each part of the path, which takes longer than
    /// everything else at a start.
    /// </summary>
    public PathInfo SetLocation(string folder)
    {
        var path = _runspace.SessionStateProxy.Path;
        return path.CurrentLocation is { Provider.Name: "FileSystem" } current && current.Path == folder && Directory.Exists(folder)
            ? current
            : path.SetLocation(WildcardPattern.Escape(folder));
    }
}
