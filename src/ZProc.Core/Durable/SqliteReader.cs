using System.Globalization;
using MessagePack;
using Microsoft.Data.Sqlite;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core.Wire;

namespace ZProc.Core.Durable;

/// <summary>Reads the whole state from a database, when a server starts.</summary>
internal sealed class SqliteReader
{
    private readonly SqliteConnection _connection;

    public SqliteReader(SqliteConnection connection) => _connection = connection;

    /// <summary>Reads everything.</summary>
    /// <param name="known">Receives what the journal has to know of each namespace.</param>
    /// <exception cref="FaultException">MalformedMessage: a row is not what ZProc wrote.</exception>
    public RecoveredState Read(Dictionary<string, JournalNamespace> known)
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var entries = ReadEntries();
        var updates = ReadUpdates();
        var namespaces = new List<RecoveredNamespace>();
        using var command = Select("SELECT id, name, revision, updated, present FROM namespaces ORDER BY sequence");
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                var (id, name, revision) = (row.GetInt64(0), row.GetString(1), row.GetInt64(2));
                var log = updates.GetValueOrDefault(id, []);
                Check(name, revision, log);
                known.Add(name, new JournalNamespace(id, revision - log.Count + 1, log.Sum(static update => update.Size)));
                namespaces.Add(new RecoveredNamespace(
                    name, revision, row.GetInt64(4) != 0, new DateTime(row.GetInt64(3), DateTimeKind.Utc), entries.GetValueOrDefault(id, []), log));
            }
        }

        return new RecoveredState(ReadIncarnation(), SqliteSchema.Read(_connection, "SELECT value FROM meta WHERE name = 'sequence'"), namespaces);
    }

    /// <summary>Checks that the updates end with the namespace's revision and have no gap.</summary>
    private static void Check(string name, long revision, List<Update> updates)
    {
        for (var i = 0; i < updates.Count; i++)
        {
            if (updates[i].Revision != revision - updates.Count + 1 + i || updates[i].Namespace != name)
            {
                throw Message.Malformed($"the history of '{name}' has a gap at revision {updates[i].Revision}");
            }
        }
    }

    private Guid ReadIncarnation()
    {
        using var command = Select("SELECT value FROM meta WHERE name = 'incarnation'");
        return Guid.TryParse(Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture), out var incarnation)
            ? incarnation
            : throw Message.Malformed("the incarnation is missing");
    }

    private Dictionary<long, List<KeyValuePair<string, Entry>>> ReadEntries()
    {
        var entries = new Dictionary<long, List<KeyValuePair<string, Entry>>>();
        using var command = Select("SELECT ns, key, value, revision, updated FROM entries");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var value = new EncodedValue(row.GetFieldValue<byte[]>(2));
            Listed(entries, row.GetInt64(0)).Add(new(
                row.GetString(1), new Entry(value, row.GetInt64(3), new DateTime(row.GetInt64(4), DateTimeKind.Utc))));
        }

        return entries;
    }

    private Dictionary<long, List<Update>> ReadUpdates()
    {
        var updates = new Dictionary<long, List<Update>>();
        using var command = Select("SELECT ns, body FROM updates ORDER BY sequence");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var reader = new MessagePackReader(row.GetFieldValue<byte[]>(1));
            Listed(updates, row.GetInt64(0)).Add(UpdateFormat.ReadUpdate(ref reader));
        }

        return updates;
    }

    private static List<T> Listed<T>(Dictionary<long, List<T>> lists, long id)
    {
        if (!lists.TryGetValue(id, out var list))
        {
            lists.Add(id, list = []);
        }

        return list;
    }

    private SqliteCommand Select(string text)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // the texts are above
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }
}
