using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Reading the past from the server, a page at a time.</summary>
internal static class UpdatePages
{
    /// <summary>The updates after a revision, as many as the server sends at once: none only where there are none.</summary>
    /// <exception cref="FaultException">Compacted; MalformedMessage for a page that does not go on from the revision.</exception>
    public static UpdatePage Page(this RequestTable requests, string ns, long? since, CancellationToken cancellation)
    {
        var page = requests.Ask(
            Operation.Updates,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                WireFormat.WriteOptional(ref writer, since);
            },
            UpdateFormat.ReadUpdatePage,
            cancellation);
        var begins = page.Updates.Count == 0 ? page.Revision + 1 : page.Updates[0].Revision;
        return since is null || begins == since + 1 ? page : throw Message.Malformed("a page of updates does not go on from the last one");
    }

    /// <summary>All updates after a revision up to the newest one when this began; null for all that are kept.</summary>
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
                // What comes next was dropped while this was on its way, and so what came before is kept no more.
                updates.Clear();
                (known, end) = (oldest - 1, null);
            }
        }
    }
}
