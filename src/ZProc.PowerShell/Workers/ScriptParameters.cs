using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Workers;

/// <summary>The parameters that a script declares, and which of them get the variables that ZProc provides.</summary>
internal sealed class ScriptParameters
{
    private readonly ScriptParameter[] _all;
    private readonly string? _defaultSet;
    private readonly bool _isPositional; // where no parameter says so itself

    private ScriptParameters(ParamBlockAst block)
    {
        _all = [.. block.Parameters.Select(static parameter => new ScriptParameter(parameter))];
        var binding = block.Attributes.FirstOrDefault(static attribute => ScriptParameter.IsOfType(attribute, "CmdletBinding"));
        _defaultSet = ScriptParameter.ArgumentOf(binding, "DefaultParameterSetName") as string;
        _isPositional = ScriptParameter.ArgumentOf(binding, "PositionalBinding") is not false && !_all.Any(static parameter => parameter.DecidesPositions);
    }

    private ScriptParameters()
    {
        _all = [];
    }

    /// <summary>Those of a script without a <c>param</c>.</summary>
    public static ScriptParameters None { get; } = new();

    /// <summary>How many there are.</summary>
    public int Count => _all.Length;

    /// <summary>The parameters of a block.</summary>
    public static ScriptParameters Of(ScriptBlock block) => (block.Ast as ScriptBlockAst)?.ParamBlock is { } parameters ? new ScriptParameters(parameters) : None;

    /// <summary>
    /// Chooses the provided variables that the script gets as arguments. What the user gives comes first: a parameter gets no variable
    /// that has an argument by name, that is in none of the parameter sets which these arguments leave, or that an argument by position
    /// needs because there are more of these than other parameters.
    /// </summary>
    /// <param name="provided">The names of the variables.</param>
    /// <param name="named">The names of the user's arguments by name.</param>
    /// <param name="arguments">How many arguments the user gives by position.</param>
    /// <returns>The names of parameters, which are those of the variables.</returns>
    public IReadOnlyList<string> Choose(IEnumerable<string> provided, IReadOnlyCollection<string> named, int arguments)
    {
        var given = _all.Where(parameter => named.Any(parameter.IsCalled)).ToList();
        var sets = SetsLeft(given);
        var open = _all.Except(given).Where(parameter => parameter.IsIn(sets)).ToList();
        var chosen = open.Where(parameter => provided.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        var byPosition = InOrder(open, sets);
        if (!open.Except(chosen).Any(static parameter => parameter.TakesTheRest) && byPosition.Except(chosen).Count() < arguments)
        {
            chosen = [.. chosen.Except(byPosition.Take(arguments))];
        }

        return [.. chosen.Select(static parameter => parameter.Name)];
    }

    /// <summary>The parameter sets that arguments leave; null for all.</summary>
    private HashSet<string>? SetsLeft(IEnumerable<ScriptParameter> given)
    {
        HashSet<string>? left = null;
        foreach (var sets in given.Select(static parameter => parameter.Sets).OfType<IReadOnlyCollection<string>>())
        {
            left ??= new HashSet<string>(sets, StringComparer.OrdinalIgnoreCase);
            left.IntersectWith(sets);
        }

        return left ?? (_defaultSet is null ? null : new HashSet<string>([_defaultSet], StringComparer.OrdinalIgnoreCase));
    }

    private ScriptParameter[] InOrder(IEnumerable<ScriptParameter> parameters, IReadOnlySet<string>? sets) => _isPositional
        ? [.. parameters.Where(static parameter => !parameter.IsSwitch)]
        : [.. parameters.Where(parameter => parameter.PositionIn(sets) is not null).OrderBy(parameter => parameter.PositionIn(sets))];
}
