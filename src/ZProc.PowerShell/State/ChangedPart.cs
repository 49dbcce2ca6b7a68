using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Values;

namespace ZProc.State;

/// <summary>The part of a key's value on which a statement calls a method, such as <c>.names[0]</c> in <c>$State.cfg.names[0].Add('x')</c>.</summary>
/// <param name="method">The method.</param>
internal sealed class ChangedPart(string method)
{
    // Text and times have methods of these names that output a new value.
    private static readonly HashSet<string> Ambiguous = new(StringComparer.OrdinalIgnoreCase) { "Add", "Insert", "Remove" };

    private IReadOnlyList<object?> Path { get; init; } = []; // from the key's value on: a string or a number; null for a step that is known only at run time

    /// <summary>The same part of a value that is one step further out.</summary>
    /// <param name="step">A member or an index.</param>
    public ChangedPart Of(ExpressionAst step) => new(method)
    {
        Path = [step switch
        {
            MemberExpressionAst { Member: StringConstantExpressionAst { Value: var name } } => name,
            IndexExpressionAst { Index: ConstantExpressionAst { Value: var index } } => index,
            _ => null,
        }, .. Path],
    };

    /// <summary>Whether the method can change the part. Text, numbers and times never change: their methods output a new value.</summary>
    /// <param name="value">The value of the key.</param>
    public bool IsChangeable(object? value)
    {
        foreach (var step in Path)
        {
            if (!TryStep(value, step, out value))
            {
                return !Ambiguous.Contains(method);
            }
        }

        return BaseObject.Of(value) is { } part
            && (part is IList or IDictionary or PSCustomObject || Array.Exists(part.GetType().GetInterfaces(), IsCollection));
    }

    private static bool TryStep(object? value, object? step, out object? part)
    {
        (var isKnown, part) = (BaseObject.Of(value), step) switch
        {
            (IOrderedDictionary entries, int index) when index >= 0 && index < entries.Count => (true, entries[index]),
            (IDictionary entries, not null) when entries.Contains(step) => (true, entries[step]),
            (IList items, int index) when index >= 0 && index < items.Count => (true, items[index]),
            (PSCustomObject, string name) when ((PSObject)value!).Properties[name] is { } property => (true, property.Value),
            _ => (false, null),
        };
        return isKnown;
    }

    private static bool IsCollection(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ICollection<>);
}
