using System.Management.Automation.Runspaces;
using ZProc.Core;

namespace ZProc.Contexts;

/// <summary>
/// The contexts of this OS process, and which of them is current in the calling runspace: the one that was selected there, or
/// else the only one there is. Thread-safe.
/// </summary>
internal static class ContextTable
{
    // Guards the lists, and every change of a runspace's choice: no runspace keeps the choice of a context that was removed.
    private static readonly object Gate = new();
    private static readonly List<ZProcContext> Contexts = [];
    private static readonly List<ZProcContext> Private = [];
    private static readonly List<ZProcContext> Ending = []; // no longer usable, and not at their end

    /// <summary>All contexts but the private ones, oldest first.</summary>
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

    /// <summary>All contexts, the private ones of commands included: they end with the session.</summary>
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

    /// <summary><see cref="Everything"/>, and the contexts that are ending: the end of the session waits for them.</summary>
    public static IReadOnlyList<ZProcContext> Unended
    {
        get
        {
            lock (Gate)
            {
                return [.. Contexts, .. Private, .. Ending];
            }
        }
    }

    /// <summary>The calling runspace's current context; null when there is none.</summary>
    public static ZProcContext? Find()
    {
        lock (Gate)
        {
            return FindChoice()?.Context ?? (Contexts.Count == 1 ? Contexts[0] : null);
        }
    }

    /// <summary>The context with a name, whatever the case: of several, the calling runspace's current one, or else the newest. Null when there is none.</summary>
    public static ZProcContext? Find(string name)
    {
        var named = All.Where(context => string.Equals(context.Name, name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return named.Length > 1 && Find() is { } current && named.Contains(current) ? current : named.LastOrDefault();
    }

    /// <summary>The choice of the calling runspace, to be selected again later; null when it has chosen none.</summary>
    public static ContextChoice? FindChoice() => RunspaceContext.Current?.Choice;

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
        DescriptorReserve.Fill();
    }

    /// <summary>Makes a context the current one of a runspace.</summary>
    /// <param name="context">The context.</param>
    /// <param name="runspace">The runspace; null does nothing.</param>
    /// <param name="ns">The namespace that is current in that runspace; null for the context's own at this moment, which another runspace may change later.</param>
    public static void Select(ZProcContext context, Runspace? runspace, string? ns = null)
    {
        if (runspace is not null)
        {
            lock (Gate)
            {
                RunspaceContext.Of(runspace).Choice = new ContextChoice(context, ns ?? context.OwnNamespace);
            }
        }
    }

    /// <summary>The namespace of a context that is current in the calling runspace.</summary>
    public static string NamespaceOf(ZProcContext context) =>
        FindChoice() is { } choice && choice.Context == context ? choice.Namespace : context.OwnNamespace;

    /// <summary>Removes a context that is ending. Runspaces that had chosen it have no choice any more.</summary>
    public static void Remove(ZProcContext context)
    {
        lock (Gate)
        {
            Ending.Add(context);
            Contexts.Remove(context);
            Private.Remove(context);
            foreach (var entry in RunspaceContext.All.Where(entry => entry.Choice?.Context == context))
            {
                entry.Choice = null;
            }
        }
    }

    /// <summary>Forgets a context that has ended.</summary>
    public static void Forget(ZProcContext context)
    {
        lock (Gate)
        {
            Ending.Remove(context);
        }
    }
}
