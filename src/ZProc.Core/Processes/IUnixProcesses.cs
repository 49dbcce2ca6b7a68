namespace ZProc.Core.Processes;

/// <summary>The processes of a Unix system: the list of them, and the calls for one of them.</summary>
internal interface IUnixProcesses
{
    /// <summary>Every process that runs.</summary>
    IReadOnlyList<ProcessEntry> List();

    /// <summary>Whether a process's environment is of a lineage; false where the environment may not be read.</summary>
    bool CarriesLineage(ProcessEntry process, Lineage lineage);

    /// <summary>Kills one process, unless its id has passed to another.</summary>
    void Kill(ProcessIdentity process);

    /// <summary>Asks one process to end (SIGTERM), unless its id has passed to another.</summary>
    void Terminate(ProcessIdentity process);

    /// <summary>Waits until a process runs no more, or until the bound.</summary>
    void WaitForExit(ProcessIdentity process, TimeSpan bound);
}
