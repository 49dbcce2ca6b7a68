using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.PowerShell;

/// <summary>The record of a process in the server: every session of the context can read and watch it.</summary>
internal static class ProcessRecord
{
    private static readonly TimeSpan CommitBound = TimeSpan.FromSeconds(2);

    /// <summary>The record's key.</summary>
    public static string KeyOf(Guid instanceId) => instanceId.ToString("N", CultureInfo.InvariantCulture);

    /// <summary>
    /// Writes the record as things are now. A server that cannot be reached has no use for it, and like a record that
    /// is too large it does not keep a process from starting or ending.
    /// </summary>
    public static void Write(ZProcContext context, ZProcess process) => Commit(context, () => new Change(
        ChangeKind.Set,
        KeyOf(process.InstanceId),
        PowerShellValues.Encode(new OrderedDictionary
        {
            ["name"] = process.Name,
            ["as"] = process.As.ToString(),
            ["state"] = process.NextState.ToString(),
            ["machine"] = Environment.MachineName,
            ["processId"] = process.ProcessId,
            ["parent"] = KeyOf(process.Parent.Id),
            ["parentName"] = process.Parent.Name,
            ["attempts"] = process.Attempts,
            ["started"] = process.StartTime?.ToUniversalTime(),
            ["ended"] = process.EndTime?.ToUniversalTime(),
            ["exitCode"] = process.ExitCode,
            ["error"] = process.Failure?.Exception.Message,
            ["errorId"] = process.Failure?.FullyQualifiedErrorId,
        })));

    /// <summary>Removes the record.</summary>
    public static void Remove(ZProcContext context, ZProcess process) => Commit(context, () => new Change(ChangeKind.Remove, KeyOf(process.InstanceId)));

    private static void Commit(ZProcContext context, Func<Change> change)
    {
        try
        {
            context.Client.Commit(new CommitRequest(KeyName.Processes, context.Self, [change()]), Deadline.After(CommitBound));
        }
        catch (FaultException)
        {
            // See above.
        }
    }
}
