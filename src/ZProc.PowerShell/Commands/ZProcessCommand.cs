using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>A command that works on processes of this session: from the pipeline, by name or by id.</summary>
public abstract class ZProcessCommand : ZProcContextCommand
{
    private protected const string ProcessSet = "Process";
    private protected const string NameSet = "Name";
    private protected const string IdSet = "Id";

    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = NameSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public virtual string[] Name { get; set; } = [];

    /// <summary>Ids.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = IdSet)]
    [IdTransformation]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void Process() => ProcessNext();

    /// <summary>Work for each pipeline object, under a name that leaves <c>-Process</c> to the parameter.</summary>
    private protected virtual void ProcessNext()
    {
    }

    /// <summary>The processes that names and ids can name: those that this session started, also with <c>-Background</c>.</summary>
    private protected virtual IEnumerable<ZProcess> Known() => ResolvedContext.Processes.All.Concat(ResolvedContext.RemoteProcesses.StartedBy(CurrentSource.SessionOf(ResolvedContext)));

    /// <summary>The named processes. An id, or a name without wildcards, that names no process is an error.</summary>
    private protected IEnumerable<ZProcess> Named()
    {
        var all = Known().ToArray();
        return Finder.ById(all, Id, process => process.Id, process => process.Name, WriteMissing)
            .Concat(Finder.ByName(all, Name, process => process.Name, process => process.Id, WriteMissing));
    }

    private void WriteMissing(object which, string proposal) => WriteFault(FaultException.NotFound(
        $"There is no process '{which}' in this session.{proposal} Get-ZProcess lists the processes.", which));
}
