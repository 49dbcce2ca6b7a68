using System.Dynamic;
using System.Linq.Expressions;

namespace ZProc.State;

/// <summary>
/// How PowerShell reads <c>$State['key']</c>. For a plain dictionary it takes any error of the indexer for a missing key; a
/// lost server must not look like one. Everything else is left to PowerShell.
/// </summary>
internal sealed class StateIndexing : DynamicMetaObject
{
    public StateIndexing(Expression expression, ZState state)
        : base(expression, BindingRestrictions.Empty, state)
    {
    }

    public override DynamicMetaObject BindGetIndex(GetIndexBinder binder, DynamicMetaObject[] indexes)
    {
        if (indexes is not [var index] || index.LimitType.IsArray)
        {
            return base.BindGetIndex(binder, indexes); // several keys: PowerShell asks for each
        }

        var item = Expression.Property(
            Expression.Convert(Expression, typeof(ZState)), typeof(ZState).GetProperty("Item", [typeof(object)])!, Expression.Convert(index.Expression, typeof(object)));
        var restrictions = BindingRestrictions.GetTypeRestriction(Expression, typeof(ZState))
            .Merge(index.HasValue && index.Value is null
                ? BindingRestrictions.GetInstanceRestriction(index.Expression, null)
                : BindingRestrictions.GetTypeRestriction(index.Expression, index.LimitType));
        return new DynamicMetaObject(item, restrictions);
    }
}
