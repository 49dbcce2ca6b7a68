using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.Progress;
using ZProc.State;

namespace ZProc.Contexts;

/// <summary>
/// What ZProc keeps for one runspace: the current context, the source of its updates, the atomic block that runs in it, and the
/// template of the runspaces that it starts. Each property may be read and set from any thread.
/// </summary>
/// <remarks>
/// The first use of a runspace creates its entry. The table holds runspaces weakly, so an entry ends with the runspace object and
/// nothing removes it. A closed runspace keeps its entry on purpose: an abandoned script may still run in it, and its writes must
/// stay those of its process. <see cref="ContextTable.Remove"/> clears the choice of a context that has ended.
/// </remarks>
internal sealed class RunspaceContext
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceContext> Entries = new();

    private volatile ContextChoice? _choice;
    private volatile Source? _source;
    private volatile AtomicState? _block;
    private volatile StrongBox<Deadline>? _stopDue;
    private InitialSessionState? _template;

    private RunspaceContext()
    {
    }

    /// <summary>The entry of the calling runspace; null on a thread that has no runspace.</summary>
    public static RunspaceContext? Current => Runspace.DefaultRunspace is { } runspace ? Of(runspace) : null;

    /// <summary>All entries there are now.</summary>
    public static IEnumerable<RunspaceContext> All => Entries.Select(static pair => pair.Value);

    /// <summary>The context that was chosen here; null when none was.</summary>
    public ContextChoice? Choice
    {
        get => _choice;
        set => _choice = value;
    }

    /// <summary>The process that this runspace belongs to; null for a session's own runspace.</summary>
    public Source? Source
    {
        get => _source;
        set => _source = value;
    }

    /// <summary>The atomic block that runs here; null when none does.</summary>
    public AtomicState? Block
    {
        get => _block;
        set => _block = value;
    }

    /// <summary>When the script that runs here is abandoned or killed, after it was asked to stop; null before that.</summary>
    public Deadline? StopDue
    {
        get => _stopDue?.Value;
        set => _stopDue = value is { } due ? new StrongBox<Deadline>(due) : null;
    }

    /// <summary>How often commands show progress in the script that runs here. For the runspace's pipeline.</summary>
    public ProgressPace Pace { get; } = new();

    /// <summary>Whether the module's assembly was removed here after the last command of the module: the manifest may follow.</summary>
    public bool IsModuleLeaving { get; set; }

    /// <summary>The subscription that ends contexts when this runspace closes; null for a runspace that never started or joined one.</summary>
    public PSEventSubscriber? ExitSubscription { get; set; }

    /// <summary>The entry of a runspace.</summary>
    public static RunspaceContext Of(Runspace runspace) => Entries.GetValue(runspace, static _ => new RunspaceContext());

    /// <summary>The template of the runspaces that this one starts: the same object each time.</summary>
    /// <param name="make">Makes the template the first time.</param>
    public InitialSessionState GetTemplate(Func<InitialSessionState> make)
    {
        if (Volatile.Read(ref _template) is { } known)
        {
            return known;
        }

        var made = make();
        return Interlocked.CompareExchange(ref _template, made, null) ?? made;
    }
}
