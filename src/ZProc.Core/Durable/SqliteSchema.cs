using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ZProc.Core.Durable;

/// <summary>The tables of a durable store, and the settings of its database.</summary>
internal static class SqliteSchema
{
    /// <summary>Notes that the server has written everything that was acknowledged.</summary>
    public const string Complete = "UPDATE meta SET value = 'yes' WHERE name = 'complete'";

    private const string Format = "1";
    private const long FreePages = 1024; // about 4 MB may stay free
    private const long PagesAtOnce = 4096; // so that commits do not wait long

    // The last two matter on macOS, where a disk may otherwise keep what was written in its own memory.
    private const string Settings = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA journal_size_limit = 16777216;
        PRAGMA fullfsync = ON;
        PRAGMA checkpoint_fullfsync = ON;
        """;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS namespaces (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, sequence INTEGER NOT NULL,
            updated INTEGER NOT NULL, present INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS entries (
            ns INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, revision INTEGER NOT NULL, updated INTEGER NOT NULL,
            PRIMARY KEY (ns, key)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS updates (
            sequence INTEGER PRIMARY KEY, ns INTEGER NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS updates_by_revision ON updates (ns, revision);
        INSERT OR IGNORE INTO meta VALUES ('format', '1'), ('sequence', '0'), ('complete', 'yes');
        """;

    /// <summary>
    /// Makes the tables where they are missing. A database may lack updates that clients have seen: after a server with
    /// <see cref="Durability.Interval"/> that did not end by itself, when the disk damaged them, and when it is an older copy. Then the state
    /// is a new incarnation, so that no client goes on from what is gone.
    /// </summary>
    /// <param name="connection">The database.</param>
    /// <param name="durability">When updates will be on disk.</param>
    /// <param name="start">Tells the database from older copies of it; null without that check.</param>
    /// <param name="isTakenBack">Whether updates that were acknowledged are missing.</param>
    /// <exception cref="FaultException">InvalidArgument: another ZProc made the tables. Nothing was changed.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Prepare(SqliteConnection connection, Durability durability, StartMark? start, bool isTakenBack)
    {
        var last = CheckFormat(connection) ? LastStart(connection) : Guid.Empty;
        var isCutOff = isTakenBack;
        isTakenBack |= start?.Fits(last) == false;
        start?.Begin(last, isTakenBack); // before anything is written, so that a start that fails from here on forgets nothing
        Run(connection, Settings);
        using (var transaction = connection.BeginTransaction())
        {
            Run(connection, Tables, transaction);
            if (start is not null)
            {
                Run(connection, $"INSERT OR REPLACE INTO meta VALUES ('start', '{start.Id:D}')", transaction);
            }

            Run(connection, "DELETE FROM meta WHERE name = 'incarnation' AND EXISTS (SELECT 1 FROM meta WHERE name = 'complete' AND value = 'no')", transaction);
            if (isTakenBack)
            {
                Run(connection, "DELETE FROM meta WHERE name = 'incarnation'", transaction);
            }

            Run(connection, $"INSERT OR IGNORE INTO meta VALUES ('incarnation', '{Guid.NewGuid():D}')", transaction);
            Run(connection, $"UPDATE meta SET value = '{(durability == Durability.Interval ? "no" : "yes")}' WHERE name = 'complete'", transaction);
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
                DELETE FROM namespaces WHERE present = 0 AND id NOT IN
                    (SELECT id FROM namespaces WHERE present = 0 ORDER BY sequence DESC LIMIT {State.RemovedRevisions.MaximumCount})
                """), transaction);
            transaction.Commit();
        }

        if (isCutOff)
        {
            // What could not be read is still in the log, behind what is written from now on, and would be told of again after a crash.
            Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        start?.End();
    }

    /// <summary>Gives free pages back to the file system when most of the file is free.</summary>
    /// <returns>Whether there is more to give back.</returns>
    public static bool GiveBack(SqliteConnection connection)
    {
        var free = Read(connection, "PRAGMA freelist_count");
        if (free <= FreePages || free <= Read(connection, "PRAGMA page_count") / 2)
        {
            return false;
        }

        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the text is this assembly's own
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA incremental_vacuum({Math.Min(free, PagesAtOnce)})");
#pragma warning restore CA2100
        using var page = command.ExecuteReader();
        while (page.Read())
        {
            // Each step frees one page.
        }

        return true;
    }

    private static Guid LastStart(SqliteConnection connection) =>
        Guid.TryParse(ReadText(connection, "SELECT value FROM meta WHERE name = 'start'"), out var id) ? id : Guid.Empty;

    /// <summary>Checks, before anything is written, that this version can write the tables that are there.</summary>
    /// <returns>Whether there are tables; if not, the database is a new one.</returns>
    /// <exception cref="FaultException">InvalidArgument.</exception>
    private static bool CheckFormat(SqliteConnection connection)
    {
        if (Read(connection, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'meta'") == 0)
        {
            return false;
        }

        var format = ReadText(connection, "SELECT value FROM meta WHERE name = 'format'");
        if (format != Format)
        {
            throw new FaultException(
                Fault.InvalidArgument,
                $"The state has the format '{format}', and this version of ZProc reads the format {Format}. Nothing was changed. Use the version that wrote it.");
        }

        return true;
    }

    /// <summary>Runs statements without a result.</summary>
    public static void Run(SqliteConnection connection, string text, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are this assembly's own
        command.CommandText = text;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    /// <summary>Reads one number.</summary>
    public static long Read(SqliteConnection connection, string text) => Convert.ToInt64(ReadOne(connection, text), CultureInfo.InvariantCulture);

    /// <summary>Reads one text; null where there is no row.</summary>
    private static string? ReadText(SqliteConnection connection, string text) =>
        ReadOne(connection, text) is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static object? ReadOne(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are this assembly's own
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
