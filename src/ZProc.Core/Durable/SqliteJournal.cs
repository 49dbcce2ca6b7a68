using System.Globalization;
using Microsoft.Data.Sqlite;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Durable;

/// <summary>
/// Keeps a store in a database of SQLite: the entries as they are now, and the updates that the store keeps. A batch is one
/// transaction, and one flush of the write-ahead log. Not thread-safe.
/// </summary>
internal sealed class SqliteJournal : IJournal
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatements _statements;
    private readonly Dictionary<string, JournalNamespace> _namespaces = new(StringComparer.Ordinal);
    private readonly string _path;
    private bool _mayGiveBack; // there may be many free pages
    private bool _isComplete; // nothing that was to be written is missing

    private SqliteJournal(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
        _statements = new SqliteStatements(connection);
    }

    /// <summary>Opens the database, or makes it.</summary>
    /// <param name="path">Its file. The caller holds the folder.</param>
    /// <param name="durability">When the store's updates will be on disk.</param>
    /// <param name="recovered">What it holds.</param>
    /// <param name="start">Tells the database from older copies of it; null without that check.</param>
    /// <param name="isTakenBack">Whether updates that were acknowledged are missing: clients may have seen them.</param>
    /// <exception cref="FaultException">InvalidArgument: the database has another format. DirectoryDamaged; DiskFailed.</exception>
    public static SqliteJournal Open(
        string path, Durability durability, out RecoveredState recovered, StartMark? start = null, bool isTakenBack = false)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        SqliteJournal? journal = null;
        try
        {
            connection.Open();
            SqliteSchema.Prepare(connection, durability, start, isTakenBack);
            journal = new SqliteJournal(path, connection);
            var reader = new SqliteReader(connection);
            recovered = reader.Read(journal._namespaces);
            journal._isComplete = true;
            return journal;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or FaultException { Fault: Fault.MalformedMessage } || Wire.Message.IsMalformed(exception))
        {
            GiveUp();
            throw Describe(path, exception);
        }
        catch
        {
            GiveUp();
            throw;
        }

        void GiveUp()
        {
            KeepLog(connection);
            journal?.Dispose();
            connection.Dispose();
        }
    }

    /// <inheritdoc/>
    public long MaximumUpdateBytes => 900_000_000; // a row of SQLite takes a little more

    /// <summary>The most pages that the database may have: a full disk, for tests.</summary>
    internal void LimitPages(long pages) => SqliteSchema.Run(_connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));

    /// <summary>How many pages the database has.</summary>
    internal long Pages => SqliteSchema.Read(_connection, "PRAGMA page_count");

    /// <inheritdoc/>
    public void Write(JournalBatch batch)
    {
        var made = new List<string>();
        _isComplete = false;
        try
        {
            using var transaction = _connection.BeginTransaction();
            _statements.Transaction = transaction;
            foreach (var (space, updates) in ByNamespace(batch.Updates, made))
            {
                Write(space, updates, batch.Kept.GetValueOrDefault(updates[0].Namespace));
            }

            _statements.SetSequence(batch.Updates[^1].Sequence);
            transaction.Commit();
            _isComplete = true;
        }
        catch (SqliteException exception)
        {
            throw Describe(_path, exception);
        }
        finally
        {
            if (!_isComplete)
            {
                // The transaction was rolled back, and with it the ids of its new namespaces.
                made.ForEach(name => _namespaces.Remove(name));
            }
        }

        if (_mayGiveBack)
        {
            GiveBack();
        }
    }

    /// <summary>Closes the database.</summary>
    public void Dispose()
    {
        _statements.Dispose();
        if (_isComplete)
        {
            MarkComplete();
        }

        _connection.Dispose();
    }

    /// <summary>Leaves the log as it is when the database is closed: the next start has to see what of it cannot be read.</summary>
    private static void KeepLog(SqliteConnection connection)
    {
        if (connection.State == System.Data.ConnectionState.Open)
        {
            SQLitePCL.raw.sqlite3_db_config(connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        }
    }

    private void GiveBack()
    {
        try
        {
            _mayGiveBack = SqliteSchema.GiveBack(_connection);
        }
        catch (SqliteException expected)
        {
            // Expected: the disk is full. The updates are on disk, and the file stays as large as it is.
            ZProcEventSource.Log.FaultCaught(nameof(SqliteJournal), expected);
        }
    }

    private void MarkComplete()
    {
        try
        {
            SqliteSchema.Run(_connection, SqliteSchema.Complete);
        }
        catch (SqliteException expected)
        {
            // Expected: the disk is full, or the database was damaged and did not open. The next server takes its end for a crash.
            ZProcEventSource.Log.FaultCaught(nameof(SqliteJournal), expected);
        }
    }

    private static FaultException Describe(string path, Exception exception)
    {
        var code = (exception as SqliteException)?.SqliteErrorCode ?? (exception is IOException ? SQLitePCL.raw.SQLITE_IOERR : SQLitePCL.raw.SQLITE_CORRUPT);
        return code switch
        {
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => new FaultException(
                Fault.DirectoryDamaged, $"The state in '{path}' is damaged ({exception.Message}). Nothing was changed. "
                + "Restore the file from a copy, together with the copy's -wal and -shm, or remove those two. Or give another folder.", path, exception),
            SQLitePCL.raw.SQLITE_FULL => new FaultException(
                Fault.DiskFailed, $"The disk of '{path}' is full: nothing was changed. Make room and try again.", path, exception),
            _ => new FaultException(
                Fault.DiskFailed, $"'{path}' could not be written ({exception.Message}): nothing was changed. Look after the disk and try again.", path, exception),
        };
    }

    private List<(JournalNamespace Space, List<Update> Updates)> ByNamespace(IReadOnlyList<Update> updates, List<string> made)
    {
        var groups = new Dictionary<string, (JournalNamespace Space, List<Update> Updates)>(StringComparer.Ordinal);
        foreach (var update in updates)
        {
            if (!groups.TryGetValue(update.Namespace, out var group))
            {
                if (!_namespaces.TryGetValue(update.Namespace, out var space))
                {
                    space = new JournalNamespace(_statements.AddNamespace(update.Namespace), update.Revision, bytes: 0);
                    _namespaces.Add(update.Namespace, space);
                    made.Add(update.Namespace);
                }

                groups.Add(update.Namespace, group = (space, []));
            }

            group.Updates.Add(update);
        }

        return [.. groups.Values];
    }

    private void Write(JournalNamespace space, List<Update> updates, KeptHistory kept)
    {
        var entries = new Dictionary<string, (Values.EncodedValue? Value, Update Update)>(StringComparer.Ordinal);
        var removal = updates.FindLastIndex(static update => update.RemovesNamespace);
        if (removal >= 0)
        {
            // The removal ends the history, and all that was there.
            _statements.RemoveEntries(space.Id);
            _statements.RemoveUpdates(space.Id, updates[removal].Revision);
            (space.Oldest, space.Bytes) = (updates[removal].Revision + 1, 0);
            _mayGiveBack = true;
        }

        var added = 0L;
        foreach (var update in updates.Skip(removal + 1))
        {
            _statements.AddUpdate(space.Id, update);
            added += update.Size;
            foreach (var change in update.Changes)
            {
                entries[change.Key] = (change.After, update);
            }
        }

        foreach (var (key, (value, update)) in entries)
        {
            if (value is { } present)
            {
                _statements.SetEntry(space.Id, key, present, update);
            }
            else
            {
                _statements.RemoveEntry(space.Id, key);
            }
        }

        space.Bytes += added;
        if (space.IsTrimDue(kept, added))
        {
            _statements.RemoveUpdates(space.Id, kept.Oldest - 1);
            (space.Oldest, space.Bytes) = (kept.Oldest, kept.Bytes + added);
            _mayGiveBack = true;
        }

        var last = updates[^1];
        if (last.RemovesNamespace && last.Namespace.StartsWith(KeyName.OutputPrefix, StringComparison.Ordinal))
        {
            _statements.RemoveNamespace(space.Id); // the name is used once
            _namespaces.Remove(last.Namespace);
        }
        else
        {
            _statements.SetNamespace(space.Id, last);
        }
    }
}
