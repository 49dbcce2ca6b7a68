using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Reads earlier updates from the server, in pages.</summary>
internal static class UpdatePages
{
    /// <summary>One page of the updates after a revision. A page is empty only when there are no more.</summary>
    /// <exception cref="FaultException">Compacted; MalformedMessage for a page that does not begin at the next revision.</exception>
    public static UpdatePage Page(this RequestTable requests, string ns, long? since, CancellationToken cancellation)
    {
        var page = requests.Execute(
            Operation.Updates,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                WireFormat.WriteOptional(ref writer, since);
            },
            UpdateFormat.ReadUpdatePage,
            cancellation);
        var begins = page.Updates.Count == 0 ? page.Revision + 1 : page.Updates[0].Revision;
        return since is null || begins == since + 1 ? page : throw Message.Malformed("a page of updates does not begin at the next revision");
    }

    /// <summary>All updates after a revision (null: all that are kept), up to the newest one at the time of the call.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public static UpdatePage Pages(this RequestTable requests, string ns, long? since, CancellationToken cancellation)
    {
        var updates = new List<Update>();
        var known = since;
        long? end = null;
        while (true)
        {
            try
            {
                var page = requests.Page(ns, known, cancellation);
                end ??= page.Revision;
                updates.AddRange(page.Updates);
                known = updates.Count == 0 ? page.Revision : updates[^1].Revision;
                if (known >= end)
                {
                    return new UpdatePage(known.Value, updates);
                }
            }
            catch (FaultException fault) when (since is null && fault is { Fault: Fault.Compacted, Target: long oldest })
            {
                // Expected: the log dropped the next page meanwhile, and with it the earlier ones. Begin again at the oldest one kept.
                ZProcEventSource.Log.FaultCaught(nameof(UpdatePages), fault);
                updates.Clear();
                (known, end) = (oldest - 1, null);
            }
        }
    }
}
