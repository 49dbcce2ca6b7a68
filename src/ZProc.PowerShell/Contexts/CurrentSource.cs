using ZProc.Core.State;

namespace ZProc.Contexts;

/// <summary>The source of what the calling code does: the process that the calling runspace belongs to, or else the session.</summary>
internal static class CurrentSource
{
    private static Source? _worker;

    /// <summary>The source of the updates that the calling runspace makes.</summary>
    public static Source Get(ZProcContext context) => RunspaceContext.Current?.Source ?? _worker ?? context.Self;

    /// <summary>The id of the session that supervises processes started in this OS process: the session itself, or the process that runs here.</summary>
    public static Guid SessionOf(ZProcContext context) => (_worker ?? context.Self).Id;

    /// <summary>Makes this whole OS process, with every runspace that its script opens, the OS process of one ZProc process.</summary>
    public static void SetWorker(Source source) => _worker = source;
}
