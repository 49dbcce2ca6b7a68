using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Values;

namespace ZProc.Values;

/// <summary>
/// Gives a value to another runspace of this OS process. The value is the object itself, unless <see cref="RunspaceObjects"/> finds
/// something in it: then what holds the thing is copied, and everything else in it stays the object itself.
/// <list type="bullet">
/// <item>A script block becomes a block of the same text.</item>
/// <item>Script members of a <c>PSCustomObject</c> become members with such blocks.</item>
/// <item>Functions, modules, event subscribers and instances of PowerShell classes with methods become data, as in an OS process.</item>
/// </list>
/// </summary>
internal sealed class RunspaceCopy
{
    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _holders;
    private readonly Func<object, string, object> _refuse;

    private RunspaceCopy(object value, Func<object, string, object> refuse)
    {
        _refuse = refuse;
        _holders = RunspaceHolders.Of(value);
    }

    /// <summary>The value for another runspace. For the thread of the runspace that has the value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What the value is, with which the message of an error begins; such as the name of a parameter.</param>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/>: the value has something that no other runspace can use.</exception>
    public static object? Of(object? value, string name) => !RunspaceObjects.AnyIn(value) ? value : new RunspaceCopy(value!, (_, reason) => throw new FaultException(
        Fault.ValueNotSupported, $"{name} {reason}", name)).Copy(value);

    /// <summary>The values for another runspace, each as by <see cref="Of"/>.</summary>
    public static object?[] OfAll(IEnumerable<object?> values, string name) => [.. values.Select((value, i) => Of(value, $"{name} [{i}]"))];

    /// <summary>What a script writes, for the session that receives the output. What another runspace cannot use becomes data.</summary>
    public static object? OfOutput(object? value) => !RunspaceObjects.AnyIn(value) ? value : new RunspaceCopy(value!, static (part, _) => ToData(part)).Copy(value);

    private static object ToData(object value) => ObjectXml.Deliver(value) ?? new PSObject();

    private object? Copy(object? value)
    {
        if (value is null or string or ValueType)
        {
            return value;
        }

        if (_copies.TryGetValue(value, out var known))
        {
            return known;
        }

        if (value is PSObject wrapped)
        {
            return CopyWrapped(wrapped);
        }

        if (RunspaceObjects.HasScriptMember(value))
        {
            return Refuse(value, $"has a script member on a {value.GetType()}, which runs in the runspace that made it. Give the object without the member, or a [pscustomobject]");
        }

        return RunspaceObjects.KindOf(value) switch
        {
            RunspaceObjectKind.Plain => value,
            RunspaceObjectKind.Container => _holders.Contains(value) ? CopyCollection(value) : value,
            RunspaceObjectKind.Block => CopyBlock((ScriptBlock)value),
            RunspaceObjectKind.Data => _copies[value] = ToData(value),
            _ => Refuse(value, value is Delegate
                ? $"is or holds a {value.GetType()} of a script block, which runs in the runspace that made it. Give the script block itself"
                : $"is or holds a {value.GetType()}, which belongs to the runspace that made it. Use the one that the process has"),
        };
    }

    private PSMemberInfo CopyMember(PSMemberInfo member) => member switch
    {
        PSNoteProperty note => new PSNoteProperty(note.Name, Copy(note.Value)),
        PSScriptMethod method => new PSScriptMethod(method.Name, CopyBlock(method.Script)),
        PSScriptProperty { GetterScript: null } property => new PSScriptProperty(property.Name, null, CopyBlock(property.SetterScript)),
        PSScriptProperty { SetterScript: null } property => new PSScriptProperty(property.Name, CopyBlock(property.GetterScript)),
        PSScriptProperty property => new PSScriptProperty(property.Name, CopyBlock(property.GetterScript), CopyBlock(property.SetterScript)),
        _ => member.Copy(),
    };

    private ScriptBlock CopyBlock(ScriptBlock block)
    {
        if (Closures.FindVariable(block) is { } name)
        {
            _refuse(block, Closures.Reason(name)); // or a copy, where nothing is refused
        }

        return BlockCopies.Of(block);
    }

    private object CopyWrapped(PSObject wrapped)
    {
        if (wrapped.BaseObject is not PSCustomObject)
        {
            var inner = wrapped.BaseObject;
            if (RunspaceObjects.HasScriptMember(wrapped) || RunspaceObjects.PartsOf(wrapped).Any(part => !ReferenceEquals(Copy(part), part)))
            {
                return Refuse(wrapped, $"has an added member with a script block on a {inner.GetType()}, which runs in the runspace that made it. Give the object without the member, or a [pscustomobject]");
            }

            var copy = Copy(inner);
            return ReferenceEquals(copy, inner) ? wrapped : copy!;
        }

        if (!_holders.Contains(wrapped))
        {
            return wrapped;
        }

        var custom = new PSObject();
        _copies[wrapped] = custom;
        custom.TypeNames.Clear();
        foreach (var name in wrapped.TypeNames)
        {
            custom.TypeNames.Add(name);
        }

        foreach (var member in InstanceMembers.Of(wrapped) ?? [])
        {
            // The engine adds members of these names itself.
            if (member.Name.ToUpperInvariant() is not ("PSOBJECT" or "PSBASE" or "PSADAPTED" or "PSEXTENDED" or "PSTYPENAMES"))
            {
                custom.Members.Add(CopyMember(member), preValidated: true);
            }
        }

        return custom;
    }

    private object CopyCollection(object collection)
    {
        switch (collection)
        {
            case Array array:
                var items = Array.CreateInstance(OpenType(array.GetType().GetElementType()!), array.Length);
                return Fill(array, items, (i, part) => items.SetValue(part, i));
            case Hashtable table when table.GetType() == typeof(Hashtable):
                var entries = (Hashtable)table.Clone(); // keeps the comparer
                return FillTable(table, entries);
            case OrderedDictionary ordered when ordered.GetType() == typeof(OrderedDictionary):
                return FillTable(ordered, new OrderedDictionary(DictionaryComparers.For(DictionaryComparers.IgnoresCase(DictionaryComparers.Of(ordered)))));
            case IDictionary dictionary when IsGeneric(dictionary, typeof(Dictionary<,>)):
                var comparer = dictionary.GetType().GetProperty("Comparer")!.GetValue(dictionary);
                return FillTable(dictionary, (IDictionary)Activator.CreateInstance(OpenGeneric(dictionary.GetType()), comparer)!);
            case ArrayList list when list.GetType() == typeof(ArrayList):
                var copy = new ArrayList(list.Count);
                return Fill(list, copy, (_, part) => copy.Add(part));
            case IList list when IsGeneric(list, typeof(List<>)):
                var generic = (IList)Activator.CreateInstance(OpenGeneric(list.GetType()))!;
                return Fill(list, generic, (_, part) => generic.Add(part));
            default:
                return Refuse(collection, $"holds a script block, or another object of one runspace, in a {collection.GetType()}, which runspaces share. Keep it outside of the collection");
        }
    }

    private object Fill(ICollection from, object to, Action<int, object?> add)
    {
        _copies[from] = to;
        var i = 0;
        foreach (var part in from)
        {
            add(i++, Copy(part));
        }

        return to;
    }

    private object FillTable(IDictionary from, IDictionary to)
    {
        _copies[from] = to;
        foreach (DictionaryEntry entry in from)
        {
            to[entry.Key] = Copy(entry.Value);
        }

        return to;
    }

    private object Refuse(object value, string reason) => _copies[value] = _refuse(value, reason);

    private static bool IsGeneric(object value, Type definition) =>
        value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == definition;

    /// <summary>The same generic type, or one with items of any type where data cannot be an item.</summary>
    private static Type OpenGeneric(Type type)
    {
        var arguments = type.GetGenericArguments();
        arguments[^1] = OpenType(arguments[^1]);
        return type.GetGenericTypeDefinition().MakeGenericType(arguments);
    }

    private static Type OpenType(Type item) => item == typeof(ScriptBlock) || item.IsAssignableFrom(typeof(PSObject)) ? item : typeof(object);
}
