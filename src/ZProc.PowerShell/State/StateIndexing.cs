using System.Dynamic;
using System.Linq.Expressions;

namespace ZProc.State;

/// <summary>
/// Binds <c>$State['key']</c> in PowerShell. For a plain dictionary PowerShell takes any error of the indexer for a missing key, and a
/// lost server must not look like one. Everything else is bound by PowerShell's own rules.
/// </summary>
internal sealed class StateIndexing : DynamicMetaObject
{
    /// <param name="expression">The expression that is indexed.</param>
    /// <param name="state">The state that it stands for.</param>
    public StateIndexing(Expression expression, ZState state)
        : base(expression, BindingRestrictions.Empty, state)
    {
    }

    public override DynamicMetaObject BindGetIndex(GetIndexBinder binder, DynamicMetaObject[] indexes)
    {
        if (indexes is not [var index] || index.LimitType.IsArray)
        {
            return base.BindGetIndex(binder, indexes); // several keys: PowerShell calls the indexer for each
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
