using System.Management.Automation.Language;

namespace ZProc.Workers;

/// <summary>The names of types in a script.</summary>
internal static class TypeNames
{
    /// <summary>Names in type literals, casts and constraints, without their type arguments and array brackets.</summary>
    public static IEnumerable<ITypeName> In(Ast script) => script
        .FindAll(static ast => ast is TypeExpressionAst or TypeConstraintAst, searchNestedScriptBlocks: true)
        .SelectMany(static ast => Parts(ast is TypeConstraintAst constraint ? constraint.TypeName : ((TypeExpressionAst)ast).TypeName));

    /// <summary>Names of attributes, and texts: both may name a type, as in <c>New-Object Level</c>, and seldom do.</summary>
    public static IEnumerable<string> PossiblyIn(Ast script) => script
        .FindAll(static ast => ast is StringConstantExpressionAst or AttributeAst, searchNestedScriptBlocks: true)
        .Select(static ast => ast is AttributeAst attribute ? attribute.TypeName.FullName : ((StringConstantExpressionAst)ast).Value);

    private static IEnumerable<ITypeName> Parts(ITypeName name) => name switch
    {
        ArrayTypeName array => Parts(array.ElementType),
        GenericTypeName generic => generic.GenericArguments.SelectMany(Parts).Append(generic.TypeName),
        _ => [name],
    };
}
