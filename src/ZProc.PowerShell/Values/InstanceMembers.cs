using System.Linq.Expressions;
using System.Management.Automation;
using ZProc.Core;

namespace ZProc.Values;

/// <summary>Finds the members that were added to one object, such as by <c>Add-Member</c>.</summary>
internal static class InstanceMembers
{
    // The public collections hold the members of the type as well, and take a hundred times as long.
    private static readonly Func<object, IEnumerable<PSMemberInfo>?> Find = Compile() ?? FindPublicly;

    /// <summary>The members that were added to an object; null where there are none.</summary>
    public static IEnumerable<PSMemberInfo>? Of(object value) => Find(value);

    private static Func<object, IEnumerable<PSMemberInfo>?>? Compile()
    {
        var method = HiddenMembers.Method(typeof(PSObject), "HasInstanceMembers");
        if (method?.GetParameters() is not [{ ParameterType: var first }, { IsOut: true, ParameterType: var second }]
            || first != typeof(object) || !typeof(IEnumerable<PSMemberInfo>).IsAssignableFrom(second.GetElementType()))
        {
            return null;
        }

        var value = Expression.Parameter(typeof(object));
        var members = Expression.Variable(second.GetElementType()!);
        return Expression.Lambda<Func<object, IEnumerable<PSMemberInfo>?>>(
            Expression.Block(
                [members],
                Expression.Condition(
                    Expression.Call(method, value, members),
                    Expression.Convert(members, typeof(IEnumerable<PSMemberInfo>)),
                    Expression.Constant(null, typeof(IEnumerable<PSMemberInfo>)))),
            value).Compile();
    }

    private static PSMemberInfo[]? FindPublicly(object value)
    {
        PSMemberInfo[] members = [.. PSObject.AsPSObject(value).Members.Where(static member => member.IsInstance)];
        return members.Length > 0 ? members : null;
    }
}
