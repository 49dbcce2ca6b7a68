using System.Management.Automation;

namespace ZProc.Values;

/// <summary>Finds what holds an object of a runspace, directly or at any depth: those have to be copied. The parts of a value may form circles.</summary>
internal sealed class RunspaceHolders
{
    private readonly Dictionary<object, List<object>> _holdersOf = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _found = new(ReferenceEqualityComparer.Instance);

    private RunspaceHolders()
    {
    }

    /// <summary>The collections and objects to copy; the object of a runspace itself is not among them.</summary>
    public static HashSet<object> Of(object value)
    {
        var walk = new RunspaceHolders();
        walk.Visit(value, null);
        var holders = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Queue<object>(walk._found);
        while (open.TryDequeue(out var part))
        {
            foreach (var holder in walk._holdersOf[part])
            {
                if (holders.Add(holder))
                {
                    open.Enqueue(holder);
                }
            }
        }

        holders.UnionWith(walk._found.Where(static found => found is PSObject { BaseObject: PSCustomObject }));
        return holders;
    }

    private void Visit(object? value, object? holder)
    {
        if (value is null or string or ValueType)
        {
            return;
        }

        var isNew = !_holdersOf.TryGetValue(value, out var holders);
        if (isNew)
        {
            _holdersOf.Add(value, holders = []);
        }

        if (holder is not null)
        {
            holders!.Add(holder);
        }

        if (!isNew)
        {
            return;
        }

        if (RunspaceObjects.HasScriptMember(value))
        {
            _found.Add(value);
        }

        if (value is PSObject wrapped)
        {
            VisitParts(value);
            if (wrapped.BaseObject is not PSCustomObject)
            {
                Visit(wrapped.BaseObject, wrapped);
            }

            return;
        }

        switch (RunspaceObjects.KindOf(value))
        {
            case RunspaceObjectKind.Plain:
                break;
            case RunspaceObjectKind.Container:
                VisitParts(value);
                break;
            default:
                _found.Add(value);
                break;
        }
    }

    private void VisitParts(object holder)
    {
        foreach (var part in RunspaceObjects.PartsOf(holder))
        {
            Visit(part, holder);
        }
    }
}
