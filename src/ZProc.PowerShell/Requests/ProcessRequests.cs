using System.Collections.Specialized;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>
/// Sends requests about processes to the sessions that control them. A request is a key of a namespace that the other
/// session watches; the answer is the next value of that key.
/// </summary>
internal static class ProcessRequests
{
    // The other session answers once it has begun with the work.
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(10);

    /// <summary>The filter for the requests to a session.</summary>
    public static KeyFilter FilterFor(Guid session)
    {
        var prefix = RequestKey.PrefixOf(session);
        return new KeyFilter(patterns: [key => key.StartsWith(prefix, StringComparison.Ordinal)]);
    }

    /// <summary>Sends a request about a process to the session that controls it, and waits for the answer.</summary>
    /// <param name="context">The context.</param>
    /// <param name="process">The process. Its record may be that of another process by the time of the answer, which the other session notices.</param>
    /// <param name="kind">The kind of the request.</param>
    /// <param name="details">Further fields of the request.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <exception cref="FaultException">The fault that the other session reports, or ProcessFailed: the other session does not answer.</exception>
    public static Fields Ask(ZProcContext context, ProcessRecord process, RequestKind kind, OrderedDictionary? details, CancellationToken cancellation)
    {
        var request = details ?? [];
        request["process"] = process.Id;
        request["started"] = process.Status.Started;
        return Ask(context, process.Session, kind, request, cancellation);
    }

    /// <summary>Sends a request to a session, and waits for the answer.</summary>
    /// <param name="context">The context.</param>
    /// <param name="session">The session.</param>
    /// <param name="kind">The kind of the request.</param>
    /// <param name="request">The fields of the request. Gets one more.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <exception cref="FaultException">The fault that the other session reports, or ProcessFailed: the other session does not answer.</exception>
    public static Fields Ask(ZProcContext context, Guid session, RequestKind kind, OrderedDictionary request, CancellationToken cancellation)
    {
        var key = RequestKey.New(session, context.Client.Id);
        request["kind"] = (int)kind;
        using var answer = context.Client.Watch(new WatchOptions
        {
            Namespace = KeyName.Requests,
            Keys = new KeyFilter([key]),
            ExcludeSource = context.Self.Id,
        }, cancellation);
        context.Client.Commit(
            Commit(context, new Change(ChangeKind.Set, key, PowerShellValues.Encode(request))), Deadline.After(AnswerBound), cancellation);
        try
        {
            if (answer.Read(Deadline.After(AnswerBound), cancellation)?.Find(key)?.After is not { } value)
            {
                throw new FaultException(
                    Fault.ProcessFailed, "The session that controls the process does not answer. Get-ZProcess -All shows the state of the process.", request["process"]);
            }

            var fields = Fields.Of(PowerShellValues.Decode(value));
            return fields.Get<string>("message") is { } message
                ? throw new FaultException((Fault)fields.Get<int>("fault"), message, fields.Get<string>("target"))
                : fields;
        }
        finally
        {
            // Without a wait: cancellation ends the call at once, and a lost server does not hide the error that the call ends with.
            _ = context.Client.CommitAsync(Commit(context, new Change(ChangeKind.Remove, key)), CancellationToken.None);
        }
    }

    private static CommitRequest Commit(ZProcContext context, Change change) => new(KeyName.Requests, context.Self, [change]);
}
