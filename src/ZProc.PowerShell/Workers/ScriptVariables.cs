using System.Management.Automation.Runspaces;

namespace ZProc.Workers;

/// <summary>
/// The variables that ZProc provides to a script: <c>$State</c>, <c>$Props</c>, <c>$Process</c>, <c>$Context</c> and, for an
/// action, <c>$Update</c>. A script may declare parameters of these names, which get the values that <see cref="ScriptParameters"/> chooses.
/// </summary>
internal sealed class ScriptVariables
{
    private readonly Runspace _runspace;
    private readonly Dictionary<string, object?> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="runspace">The runspace that has the variables.</param>
    public ScriptVariables(Runspace runspace) => _runspace = runspace;

    /// <summary>Sets a variable.</summary>
    public void Set(string name, object? value)
    {
        _values[name] = value;
        _runspace.SessionStateProxy.SetVariable(name, value);
    }

    /// <summary>The variables that a script gets as arguments beside those of the user.</summary>
    /// <param name="parameters">What the script declares.</param>
    /// <param name="named">The names of the user's arguments by name.</param>
    /// <param name="arguments">How many arguments the user gives by position.</param>
    public Dictionary<string, object?> For(ScriptParameters parameters, IReadOnlyCollection<string> named, int arguments) => parameters.Count == 0
        ? []
        : parameters.Choose(_values.Keys, named, arguments).ToDictionary(static name => name, name => _values[name], StringComparer.OrdinalIgnoreCase);
}
