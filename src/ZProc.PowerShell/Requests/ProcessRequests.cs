using System.Collections.Specialized;
using System.Globalization;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>
/// Asks the session that looks after a process for something. A request is a key of a namespace that the other one
/// watches; its answer is the next value of that key.
/// </summary>
internal static class ProcessRequests
{
    // The other one only has to note what it is asked for.
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(10);

    /// <summary>The filter that a session watches for what it is asked.</summary>
    public static KeyFilter FilterFor(Guid session)
    {
        var prefix = ProcessRecord.KeyOf(session) + "/";
        return new KeyFilter(patterns: [key => key.StartsWith(prefix, StringComparison.Ordinal)]);
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="context">Where.</param>
    /// <param name="session">Who is asked.</param>
    /// <param name="kind">What for.</param>
    /// <param name="process">The record of the process.</param>
    /// <param name="details">What else there is to say.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">What the other one says, or ProcessFailed: it does not answer.</exception>
    public static Fields Ask(ZProcContext context, Guid session, RequestKind kind, Guid process, OrderedDictionary? details, CancellationToken cancellation)
    {
        var key = $"{ProcessRecord.KeyOf(session)}/{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)}";
        var request = details ?? [];
        request["kind"] = (int)kind;
        request["process"] = process;
        using var answer = context.Client.Watch(new WatchOptions
        {
            Namespace = KeyName.Requests,
            Keys = new KeyFilter([key]),
            ExcludeSource = context.Self.Id,
        }, cancellation);
        Commit(context, new Change(ChangeKind.Set, key, PowerShellValues.Encode(request)), cancellation);
        try
        {
            if (answer.Read(Deadline.After(AnswerBound), cancellation)?.Find(key)?.After is not { } value)
            {
                throw new FaultException(
                    Fault.ProcessFailed, $"The session that looks after the process does not answer. Get-ZProcess -All shows where it stands.", process);
            }

            var fields = Fields.Of(PowerShellValues.Decode(value));
            return fields.Get<string>("message") is { } message
                ? throw new FaultException((Fault)fields.Get<int>("fault"), message, fields.Get<string>("target"))
                : fields;
        }
        finally
        {
            Commit(context, new Change(ChangeKind.Remove, key), CancellationToken.None);
        }
    }

    private static void Commit(ZProcContext context, Change change, CancellationToken cancellation) =>
        context.Client.Commit(new CommitRequest(KeyName.Requests, context.Self, [change]), Deadline.After(AnswerBound), cancellation);
}
