using System.Management.Automation.Runspaces;

namespace ZProc.Workers;

/// <summary>
/// The variables that ZProc provides to a script: <c>$State</c>, <c>$Props</c>, <c>$Process</c>, <c>$Context</c> and, for an
/// action, <c>$Update</c>. A script may declare parameters of these names; each then gets the variable's value.
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

    /// <summary>The variables that have the name of a declared parameter.</summary>
    /// <param name="declared">The parameters' names.</param>
    public Dictionary<string, object?> For(IReadOnlyList<string> declared)
    {
        var named = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in _values)
        {
            if (declared.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                named.Add(name, value);
            }
        }

        return named;
    }
}
