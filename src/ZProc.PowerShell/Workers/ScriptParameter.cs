using System.Management.Automation.Language;

namespace ZProc.Workers;

/// <summary>A parameter that a script declares, as its text says: nothing of the script runs.</summary>
internal sealed class ScriptParameter
{
    private readonly IReadOnlyList<AttributeAst> _attributes;
    private readonly string[] _aliases;

    /// <param name="parameter">The declaration.</param>
    public ScriptParameter(ParameterAst parameter)
    {
        Name = parameter.Name.VariablePath.UserPath;
        IsSwitch = parameter.Attributes.OfType<TypeConstraintAst>().Any(static type => type.TypeName.Name.Equals("switch", StringComparison.OrdinalIgnoreCase));
        var attributes = parameter.Attributes.OfType<AttributeAst>().ToArray();
        _attributes = [.. attributes.Where(static attribute => IsOfType(attribute, "Parameter"))];
        _aliases = [.. attributes.Where(static attribute => IsOfType(attribute, "Alias")).SelectMany(static attribute => attribute.PositionalArguments).Select(ValueOf).OfType<string>()];
        string?[] sets = [.. _attributes.Select(SetOf)];
        Sets = sets.Length == 0 || sets.Contains(null) ? null : sets.OfType<string>().ToArray();
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Whether it is a switch, which takes no argument by position.</summary>
    public bool IsSwitch { get; }

    /// <summary>The names of the parameter sets that it is in; null for all.</summary>
    public IReadOnlyCollection<string>? Sets { get; }

    /// <summary>Whether it takes all arguments that are left.</summary>
    public bool TakesTheRest => _attributes.Any(static attribute => ArgumentOf(attribute, "ValueFromRemainingArguments") is true);

    /// <summary>Whether parameters of its script have only the positions that they state.</summary>
    public bool DecidesPositions => Sets is not null || _attributes.Any(static attribute => SetOf(attribute) is not null || ArgumentOf(attribute, "Position") is not null);

    /// <summary>Whether an argument of a name is for it.</summary>
    public bool IsCalled(string name) => name.Equals(Name, StringComparison.OrdinalIgnoreCase) || _aliases.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it is in one of some parameter sets; null for all of them.</summary>
    public bool IsIn(IReadOnlySet<string>? sets) => Sets is null || sets is null || Sets.Any(sets.Contains);

    /// <summary>Its position in some parameter sets, as far as it states one; null for none.</summary>
    public int? PositionIn(IReadOnlySet<string>? sets) => _attributes
        .Where(attribute => SetOf(attribute) is not { } set || sets is null || sets.Contains(set))
        .Select(static attribute => ArgumentOf(attribute, "Position") as int?)
        .Min();

    /// <summary>Whether an attribute has a type of a name, which may be written in full.</summary>
    public static bool IsOfType(AttributeAst attribute, string name)
    {
        var written = attribute.TypeName.Name.AsSpan();
        written = written[(written.LastIndexOf('.') + 1)..];
        return written.Equals(name, StringComparison.OrdinalIgnoreCase) || written.Equals(name + nameof(Attribute), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The value of an attribute's named argument; null where there is none, or none that the text says.</summary>
    public static object? ArgumentOf(AttributeAst? attribute, string name) =>
        attribute?.NamedArguments.FirstOrDefault(argument => argument.ArgumentName.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } given ? null
        : given.ExpressionOmitted ? true
        : ValueOf(given.Argument);

    private static string? SetOf(AttributeAst attribute) => ArgumentOf(attribute, "ParameterSetName") as string;

    private static object? ValueOf(ExpressionAst expression) => expression switch
    {
        ConstantExpressionAst constant => constant.Value,
        VariableExpressionAst { VariablePath.UserPath: var name } when name.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        VariableExpressionAst { VariablePath.UserPath: var name } when name.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };
}
