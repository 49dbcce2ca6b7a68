using System.Collections.Concurrent;
using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Engines.Redis;

/// <summary>Reads entries, namespaces and updates from the engine. Thread-safe.</summary>
internal sealed class RedisReader
{
    private const int MostSnapshotKeys = 5_000;
    private const long MostSnapshotBytes = 1024 * 1024;
    private const int MostSnapshotAttempts = 20;

    private readonly RedisLink _link;
    private readonly RedisKeys _keys;
    private readonly EngineSequence _sequence;
    private readonly EngineQuestions _questions;
    private readonly ConcurrentDictionary<string, Transfer> _arrived = new(StringComparer.Ordinal);

    /// <param name="link">The connections.</param>
    /// <param name="keys">The names of the context's keys.</param>
    /// <param name="sequence">The newest sequence that this process knows of.</param>
    /// <param name="questions">Asks the engine.</param>
    public RedisReader(RedisLink link, RedisKeys keys, EngineSequence sequence, EngineQuestions questions)
    {
        _link = link;
        _keys = keys;
        _sequence = sequence;
        _questions = questions;
    }

    /// <summary>Is told what an answer says of a namespace: its name, its revision, and the engine's sequence.</summary>
    public Action<string, long, long>? Noted { get; set; }

    /// <summary>Entries that this client saw last.</summary>
    public RecentEntries Recent { get; } = new();

    /// <summary>Reads keys of a namespace.</summary>
    public async Task<IReadOnlyDictionary<string, Entry?>> ReadEntriesAsync(string ns, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var reply = await _questions.RunAsync(RedisScript.Read, _keys.Of(ns), [ns, .. keys], cancellation).ConfigureAwait(false);
        Noted?.Invoke(ns, reply.Number(1), reply.Number(2));
        return ReadEntries(ns, keys, reply, first: 4);
    }

    /// <summary>Reads the entries that a script returned.</summary>
    public IReadOnlyDictionary<string, Entry?> ReadEntries(string ns, IEnumerable<string> keys, in RedisReply reply, int first)
    {
        var entries = new Dictionary<string, Entry?>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var entry = RedisFormat.ReadEntry(reply.Bytes(first++));
            entries[key] = entry;
            Recent.Note(ns, key, entry);
        }

        return entries;
    }

    /// <summary>How much of a namespace that comes in parts has arrived.</summary>
    public Transfer ArrivedOf(string ns) => _arrived.GetValueOrDefault(ns);

    /// <summary>Reads a whole namespace. A large one comes in parts, while others write it; the log makes the parts fit.</summary>
    public async Task<LoadedNamespace> LoadAsync(string ns, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = await _questions.RunAsync(RedisScript.Snapshot, _keys.Of(ns), [ns, MostSnapshotKeys, MostSnapshotBytes], cancellation).ConfigureAwait(false);
            var (revision, sequence, stamp) = (reply.Number(1), reply.Number(2), reply.Bytes(3) ?? []);
            _sequence.Observe(sequence);
            if (reply.Status == "OK")
            {
                return new LoadedNamespace(revision, sequence, stamp, reply.Count > 6 ? ReadAll(reply.List(6)) : []);
            }

            if (await LoadInPartsAsync(ns, revision, (int)reply.Number(4), cancellation).ConfigureAwait(false) is { } loaded)
            {
                return loaded;
            }

            if (attempt == MostSnapshotAttempts)
            {
                throw new FaultException(Fault.LimitReached, $"The namespace '{ns}' changes faster than it can be read. Keep a longer history of it, or split it.", ns);
            }
        }
    }

    /// <summary>Reads a part of the log.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public async Task<UpdatesPage> ReadPageAsync(string ns, long? known, CancellationToken cancellation)
    {
        RedisValue[] arguments = [ns, known is { } since ? since : RedisValue.EmptyString, WireLimits.PageBytes];
        var reply = await _questions.RunAsync(RedisScript.Page, _keys.Of(ns), arguments, cancellation).ConfigureAwait(false);
        var (revision, sequence) = (reply.Number(1), reply.Number(2));
        switch (reply.Status)
        {
            case "COMPACTED":
                throw UpdateLog.Gone(known!.Value + 1, reply.Number(3), revision);
            case "NOTYET":
                throw UpdateLog.NotYet(known!.Value, revision);
        }

        var updates = new StampedUpdate[reply.Count - 4];
        for (var i = 0; i < updates.Length; i++)
        {
            updates[i] = RedisFormat.ReadUpdate(reply.Bytes(4 + i) ?? throw RedisReply.Malformed());
        }

        return new UpdatesPage(revision, sequence, updates);
    }

    /// <summary>Reads a part of the log; null when the log no longer has the next update.</summary>
    public async Task<UpdatesPage?> TryReadPageAsync(string ns, long known, CancellationToken cancellation)
    {
        try
        {
            return await ReadPageAsync(ns, known, cancellation).ConfigureAwait(false);
        }
        catch (FaultException fault) when (fault.Fault == Fault.Compacted)
        {
            ZProcEventSource.Log.FaultCaught(nameof(RedisReader), fault);
            return null;
        }
    }

    /// <summary>Reads all updates after a revision (null: all that are kept), up to the newest one.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public async Task<UpdatePage> ReadUpdatesAsync(string ns, long? since, CancellationToken cancellation)
    {
        var updates = new List<Update>();
        var known = since;
        long? end = null;
        while (true)
        {
            var page = since is null && updates.Count > 0
                ? await TryReadPageAsync(ns, known!.Value, cancellation).ConfigureAwait(false)
                : await ReadPageAsync(ns, known, cancellation).ConfigureAwait(false);
            if (page is null)
            {
                // The log dropped the next page meanwhile, and with it the earlier ones. Begin again at the oldest one kept.
                updates.Clear();
                (known, end) = (null, null);
                continue;
            }

            end ??= page.Revision;
            updates.AddRange(page.Updates.Select(static update => update.Update));
            known = updates.Count == 0 ? page.Revision : updates[^1].Revision;
            if (known >= end)
            {
                Noted?.Invoke(ns, page.Revision, page.Sequence); // which may be newer than what was asked for
                return new UpdatePage(known.Value, updates);
            }
        }
    }

    private static KeyValuePair<string, Entry>[] ReadAll(RedisResult[] fields)
    {
        var entries = new KeyValuePair<string, Entry>[fields.Length / 2];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new((string)fields[2 * i]!, RedisFormat.ReadEntry((byte[]?)fields[(2 * i) + 1]) ?? throw RedisReply.Malformed());
        }

        return entries;
    }

    /// <returns>The namespace; null when the log no longer has what changed meanwhile.</returns>
    private async Task<LoadedNamespace?> LoadInPartsAsync(string ns, long revision, int allKeys, CancellationToken cancellation)
    {
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        var bytes = 0L;
        try
        {
            await foreach (var field in _link.ScanAsync(_keys.Of(ns)[7]).WithCancellation(cancellation).ConfigureAwait(false))
            {
                entries[field.Name!] = RedisFormat.ReadEntry(field.Value) ?? throw RedisReply.Malformed();
                bytes += field.Value.Length();
                _arrived[ns] = new Transfer(entries.Count, allKeys, bytes);
            }
        }
        catch (Exception exception) when (RedisFaults.IsPassing(exception))
        {
            ZProcEventSource.Log.FaultCaught(nameof(RedisReader), exception);
            return null;
        }
        finally
        {
            _arrived.TryRemove(ns, out _);
        }

        byte[] stamp = [];
        long sequence;
        while (true)
        {
            // The update at the revision itself tells its stamp.
            var isFirst = stamp.Length == 0 && revision > 0;
            if (await TryReadPageAsync(ns, isFirst ? revision - 1 : revision, cancellation).ConfigureAwait(false) is not { } page)
            {
                return null;
            }

            foreach (var (update, newStamp) in page.Updates)
            {
                stamp = newStamp;
                foreach (var change in update.Revision > revision ? update.Changes : [])
                {
                    if (change.After is { } value)
                    {
                        entries[change.Key] = new Entry(value, update.Revision, update.Timestamp);
                    }
                    else
                    {
                        entries.Remove(change.Key);
                    }
                }

                revision = Math.Max(revision, update.Revision);
            }

            sequence = page.Sequence;
            if (revision >= page.Revision)
            {
                return new LoadedNamespace(revision, sequence, stamp, [.. entries]);
            }
        }
    }
}
