using System.Collections;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using ZProc.Core.Diagnostics;
using ZProc.Workers;

namespace ZProc.Values;

/// <summary>
/// Finds the objects that belong to the runspace that made them. Their code runs there, whichever runspace calls it, while that
/// runspace runs other code. Two threads in one runspace damage the state of the engine.
/// </summary>
internal static class RunspaceObjects
{
    private static readonly Type[] DataTypes = [typeof(FunctionInfo), typeof(AliasInfo), typeof(PSModuleInfo), typeof(PSEventSubscriber)];
    private static readonly Type[] RefusedTypes = [typeof(EngineIntrinsics), typeof(SessionState), typeof(CommandInvocationIntrinsics), typeof(Cmdlet)];
    private static readonly ConditionalWeakTable<Type, object> Kinds = [];

    /// <summary>Whether a value is such an object, or has one at any depth.</summary>
    public static bool AnyIn(object? value) => value is not (null or string or ValueType) && new Search().Finds(value);

    /// <summary>The kind of an object that is not wrapped in a <c>PSObject</c>.</summary>
    public static RunspaceObjectKind KindOf(object value) => value is Delegate called
        ? RunsBlock(called) ? RunspaceObjectKind.Refused : RunspaceObjectKind.Plain
        : (RunspaceObjectKind)Kinds.GetValue(value.GetType(), static type => KindOf(type));

    /// <summary>The parts of a collection, or of an object with added members. A collection that changes meanwhile has none.</summary>
    public static IEnumerable<object?> PartsOf(object holder)
    {
        if (holder is PSObject)
        {
            return InstanceMembers.Of(holder)?.OfType<PSNoteProperty>().Select(static note => note.Value) ?? [];
        }

        try
        {
            if (holder is not ICollection { IsSynchronized: true } shared)
            {
                return ItemsOf(holder);
            }

            lock (shared.SyncRoot)
            {
                return ItemsOf(holder);
            }
        }
        catch (InvalidOperationException expected)
        {
            // Expected: another thread changes the collection, which is thus no value but a meeting place of threads.
            ZProcEventSource.Log.FaultCaught(nameof(RunspaceObjects), expected);
            return [];
        }
    }

    /// <summary>Whether an added member of an object is a script block that belongs to a runspace.</summary>
    public static bool HasScriptMember(object value)
    {
        foreach (var member in InstanceMembers.Of(value) ?? [])
        {
            if (IsBoundScript(member))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBoundScript(PSMemberInfo member) => member switch
    {
        PSScriptMethod method => !BlockCopies.IsCopy(method.Script),
        PSScriptProperty property => (property.GetterScript is { } getter && !BlockCopies.IsCopy(getter)) || (property.SetterScript is { } setter && !BlockCopies.IsCopy(setter)),
        _ => false,
    };

    private static List<object?> ItemsOf(object collection)
    {
        var parts = new List<object?>(collection is ICollection { Count: var count } ? count : 0);
        foreach (var item in collection is IDictionary dictionary ? dictionary.Values : (IEnumerable)collection)
        {
            if (item is not (null or string or ValueType))
            {
                parts.Add(item);
            }
        }

        return parts;
    }

    private static object KindOf(Type type)
    {
        return typeof(ScriptBlock).IsAssignableFrom(type) ? RunspaceObjectKind.Block
            : ScriptTypes.Contains(type) ? HasBoundMethods(type) ? RunspaceObjectKind.Data : RunspaceObjectKind.Plain
            : Array.Exists(DataTypes, known => known.IsAssignableFrom(type)) ? RunspaceObjectKind.Data
            : Array.Exists(RefusedTypes, known => known.IsAssignableFrom(type)) ? RunspaceObjectKind.Refused
            : typeof(ICollection).IsAssignableFrom(type) && IsStandard(type) && CanHoldObjects(type) ? RunspaceObjectKind.Container
            : RunspaceObjectKind.Plain;
    }

    // Other collections may run any code when they are enumerated.
    private static bool IsStandard(Type type) =>
        type.IsArray ? type.GetArrayRank() == 1 : type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;

    private static bool CanHoldObjects(Type type)
    {
        var parts = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        return parts.Length == 0 || Array.Exists(parts, static part => !part.IsValueType && part != typeof(string));
    }

    private static bool HasBoundMethods(Type type)
    {
        if (type.GetCustomAttributes(inherit: true).Any(static attribute => attribute.GetType().Name == "NoRunspaceAffinityAttribute"))
        {
            return false;
        }

        for (var declaring = type; declaring is not null && ScriptTypes.Contains(declaring); declaring = declaring.BaseType)
        {
            const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            var accessors = declaring.GetProperties(Own).SelectMany(static property => property.GetAccessors(nonPublic: true)).ToArray();
            if (declaring.GetMethods(Own).Except(accessors).Any())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a delegate was made from a script block, as by <c>[Action] { … }</c>.</summary>
    private static bool RunsBlock(Delegate called) =>
        called.Target is ScriptBlock || (called.Target?.GetType() is { Name: "Closure", Namespace: "System.Runtime.CompilerServices" } closure
            && closure.GetField("Constants")?.GetValue(called.Target) is object?[] constants && Array.Exists(constants, static constant => constant is ScriptBlock));

    /// <summary>A walk through a value, which may be part of itself.</summary>
    private struct Search
    {
        private const int UnguardedDepth = 4; // most values are not deep, and need no table

        private HashSet<object>? _seen;
        private int _depth;

        public bool Finds(object? value)
        {
            if (value is null or string or ValueType)
            {
                return false;
            }

            if (InstanceMembers.Of(value) is { } members && FindsInMembers(value, members))
            {
                return true;
            }

            if (value is PSObject wrapped)
            {
                value = wrapped.BaseObject;
                if (value is PSCustomObject or string or ValueType)
                {
                    return false;
                }
            }

            return KindOf(value) switch
            {
                RunspaceObjectKind.Plain => false,
                RunspaceObjectKind.Container => FindsInItems(value),
                RunspaceObjectKind.Block => !BlockCopies.IsCopy((ScriptBlock)value),
                _ => true,
            };
        }

        private bool FindsInMembers(object holder, IEnumerable<PSMemberInfo> members)
        {
            if (!TryEnter(holder))
            {
                return false;
            }

            foreach (var member in members)
            {
                if (IsBoundScript(member) || (member is PSNoteProperty note && Finds(note.Value)))
                {
                    return true;
                }
            }

            _depth--;
            return false;
        }

        private bool FindsInItems(object holder)
        {
            if (!TryEnter(holder))
            {
                return false;
            }

            foreach (var part in PartsOf(holder))
            {
                if (Finds(part))
                {
                    return true;
                }
            }

            _depth--;
            return false;
        }

        private bool TryEnter(object holder)
        {
            if (_depth >= UnguardedDepth && !(_seen ??= new HashSet<object>(ReferenceEqualityComparer.Instance)).Add(holder))
            {
                return false;
            }

            _depth++;
            return true;
        }
    }
}
