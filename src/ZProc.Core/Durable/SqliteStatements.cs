using System.Buffers;
using System.Runtime.InteropServices;
using MessagePack;
using Microsoft.Data.Sqlite;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core.Wire;

namespace ZProc.Core.Durable;

/// <summary>The prepared statements of a journal.</summary>
internal sealed class SqliteStatements : IDisposable
{
    private readonly SqliteCommand _addNamespace;
    private readonly SqliteCommand _setNamespace;
    private readonly SqliteCommand _removeNamespace;
    private readonly SqliteCommand _setEntry;
    private readonly SqliteCommand _removeEntry;
    private readonly SqliteCommand _removeEntries;
    private readonly SqliteCommand _addUpdate;
    private readonly SqliteCommand _removeUpdates;
    private readonly SqliteCommand _setSequence;
    private readonly SqliteCommand[] _all;

    public SqliteStatements(SqliteConnection connection)
    {
        _addNamespace = Make(connection, """
            INSERT INTO namespaces (name, revision, sequence, updated, present) VALUES ($1, 0, 0, 0, 0)
            ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id
            """, 1); // a removal that failed leaves one behind
        _setNamespace = Make(connection, "UPDATE namespaces SET revision = $2, sequence = $3, updated = $4, present = $5 WHERE id = $1", 5);
        _removeNamespace = Make(connection, "DELETE FROM namespaces WHERE id = $1", 1);
        _setEntry = Make(connection, """
            INSERT INTO entries VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO UPDATE SET value = excluded.value, revision = excluded.revision, updated = excluded.updated
            """, 5);
        _removeEntry = Make(connection, "DELETE FROM entries WHERE ns = $1 AND key = $2", 2);
        _removeEntries = Make(connection, "DELETE FROM entries WHERE ns = $1", 1);
        _addUpdate = Make(connection, "INSERT INTO updates VALUES ($1, $2, $3, $4)", 4);
        _removeUpdates = Make(connection, "DELETE FROM updates WHERE ns = $1 AND revision <= $2", 2);
        _setSequence = Make(connection, "UPDATE meta SET value = $1 WHERE name = 'sequence'", 1);
        _all = [_setSequence, _addNamespace, _setNamespace, _removeNamespace, _setEntry, _removeEntry, _removeEntries, _addUpdate, _removeUpdates];
    }

    /// <summary>The transaction that the next statements are part of.</summary>
    public SqliteTransaction? Transaction
    {
        set
        {
            foreach (var command in _all)
            {
                command.Transaction = value;
            }
        }
    }

    public void SetSequence(long sequence) => Bind(_setSequence, sequence).ExecuteNonQuery();

    public long AddNamespace(string name) => (long)Bind(_addNamespace, name).ExecuteScalar()!;

    /// <exception cref="InvalidOperationException">The database has no such namespace: what was written with its id would be lost.</exception>
    public void SetNamespace(long id, Update last)
    {
        var command = Bind(_setNamespace, id, last.Revision, last.Sequence, last.Timestamp.Ticks, last.RemovesNamespace ? 0L : 1L);
        if (command.ExecuteNonQuery() != 1)
        {
            throw new InvalidOperationException($"the namespace '{last.Namespace}' is not in the database");
        }
    }

    public void RemoveNamespace(long id) => Bind(_removeNamespace, id).ExecuteNonQuery();

    public void SetEntry(long ns, string key, EncodedValue value, Update update) =>
        Bind(_setEntry, ns, key, BytesOf(value), update.Revision, update.Timestamp.Ticks).ExecuteNonQuery();

    public void RemoveEntry(long ns, string key) => Bind(_removeEntry, ns, key).ExecuteNonQuery();

    public void RemoveEntries(long ns) => Bind(_removeEntries, ns).ExecuteNonQuery();

    public void AddUpdate(long ns, Update update)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        UpdateFormat.Write(ref writer, update);
        writer.Flush();
        Bind(_addUpdate, update.Sequence, ns, update.Revision, buffer.WrittenSpan.ToArray()).ExecuteNonQuery();
    }

    /// <summary>Deletes the updates up to a revision.</summary>
    public void RemoveUpdates(long ns, long last) => Bind(_removeUpdates, ns, last).ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in _all)
        {
            command.Dispose();
        }
    }

    private static SqliteCommand Make(SqliteConnection connection, string text, int parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are above
        command.CommandText = text;
#pragma warning restore CA2100
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + (char)('0' + i) });
        }

        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }

    private static byte[] BytesOf(EncodedValue value) =>
        MemoryMarshal.TryGetArray(value.Bytes, out var segment) && segment.Array is { } array && segment.Count == array.Length
            ? array
            : value.Bytes.ToArray();
}
