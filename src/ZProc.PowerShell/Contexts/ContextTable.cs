using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZProc.Core;

namespace ZProc.Contexts;

/// <summary>
/// The contexts this OS process works in. Each runspace has a current one; a runspace that has chosen none
/// uses the process's only one. Statics are shared by all runspaces, so everything here is thread-safe.
/// </summary>
internal static class ContextTable
{
    private static readonly object Gate = new();
    private static readonly List<ZProcContext> Contexts = [];
    private static readonly List<ZProcContext> Private = [];
    private static readonly ConditionalWeakTable<Runspace, Choice> Current = new();

    /// <summary>All contexts, oldest first.</summary>
    public static IReadOnlyList<ZProcContext> All
    {
        get
        {
            lock (Gate)
            {
                return Contexts.ToArray();
            }
        }
    }

    /// <summary>Those and the private ones of commands: what has to end with the session.</summary>
    public static IReadOnlyList<ZProcContext> Everything
    {
        get
        {
            lock (Gate)
            {
                return [.. Contexts, .. Private];
            }
        }
    }

    /// <summary>The calling runspace's current context; null when there is none.</summary>
    public static ZProcContext? Find()
    {
        lock (Gate)
        {
            return Runspace.DefaultRunspace is { } runspace && Current.TryGetValue(runspace, out var choice) ? choice.Context
                : Contexts.Count == 1 ? Contexts[0]
                : null;
        }
    }

    /// <summary>The calling runspace's current context and namespace, to be selected again later; null when it has chosen none.</summary>
    public static (ZProcContext Context, string? Namespace)? FindChoice()
    {
        lock (Gate)
        {
            return Runspace.DefaultRunspace is { } runspace && Current.TryGetValue(runspace, out var choice) ? (choice.Context, choice.Namespace) : null;
        }
    }

    /// <summary>The calling runspace's current context.</summary>
    /// <exception cref="FaultException"><see cref="Fault.NoContext"/>.</exception>
    public static ZProcContext Get() => Find() ?? throw new FaultException(
        Fault.NoContext,
        All.Count == 0
            ? "There is no ZProc context in this session. Start one with Start-ZProcContext, or join one with Connect-ZProcContext."
            : "This session works in several ZProc contexts and none is current here. Choose one with Select-ZProcContext, or name it with -Context.");

    /// <summary>Adds a context and makes it the calling runspace's current one, unless it is private.</summary>
    public static void Add(ZProcContext context, bool isPrivate = false)
    {
        lock (Gate)
        {
            (isPrivate ? Private : Contexts).Add(context);
        }

        if (!isPrivate)
        {
            Select(context, Runspace.DefaultRunspace);
        }

        SessionEnd.Watch();
    }

    /// <summary>Makes a context the current one of a runspace.</summary>
    /// <param name="context">The context.</param>
    /// <param name="runspace">The runspace; null does nothing.</param>
    /// <param name="ns">The namespace that is current in that runspace; null for the context's own.</param>
    public static void Select(ZProcContext context, Runspace? runspace, string? ns = null)
    {
        if (runspace is not null)
        {
            lock (Gate)
            {
                Current.AddOrUpdate(runspace, new Choice(context, ns));
            }
        }
    }

    /// <summary>The namespace of a context that is current in the calling runspace.</summary>
    public static string NamespaceOf(ZProcContext context)
    {
        lock (Gate)
        {
            return Runspace.DefaultRunspace is { } runspace && Current.TryGetValue(runspace, out var choice) && choice.Context == context
                ? choice.Namespace ?? context.Namespace
                : context.Namespace;
        }
    }

    /// <summary>Forgets a context; runspaces that worked in it fall back to the process's only other one, if any.</summary>
    public static void Remove(ZProcContext context)
    {
        lock (Gate)
        {
            Contexts.Remove(context);
            Private.Remove(context);
            foreach (var (runspace, _) in Current.Where(pair => pair.Value.Context == context).ToArray())
            {
                Current.Remove(runspace);
            }
        }
    }

    private sealed record Choice(ZProcContext Context, string? Namespace);
}
