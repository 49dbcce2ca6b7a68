using ZProc.Core.Processes;

namespace ZProc.Servers;

/// <summary>A machine that takes part in a context: its processes are started, listed, received and stopped from any session.</summary>
public sealed class ZProcMachine
{
    internal ZProcMachine(HostRecord record, int runningProcesses)
    {
        Name = record.Name;
        ComputerName = record.Machine;
        OperatingSystem = record.System;
        ProcessorCount = record.Processors;
        ProcessId = record.Process.Id;
        JoinTime = record.Joined.ToLocalTime();
        RunningProcesses = runningProcesses;
    }

    /// <summary>The machine's name in the context.</summary>
    public string Name { get; }

    /// <summary>The network name of the computer.</summary>
    public string ComputerName { get; }

    /// <summary>The operating system of the computer.</summary>
    public string OperatingSystem { get; }

    /// <summary>How many logical processors the computer has.</summary>
    public int ProcessorCount { get; }

    /// <summary>How many processes run there that ZProc supervises for the context.</summary>
    public int RunningProcesses { get; }

    /// <summary>The OS process that supervises them, on that computer.</summary>
    public int ProcessId { get; }

    /// <summary>When the machine joined, in local time.</summary>
    public DateTime JoinTime { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
