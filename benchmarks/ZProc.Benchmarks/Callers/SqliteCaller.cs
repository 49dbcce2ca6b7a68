using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ZProc.Benchmarks.Callers;

/// <summary>A connection to a SQLite database in WAL mode. A call is one transaction that sets a key, and is on disk when it returns.</summary>
internal sealed class SqliteCaller : Caller
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _write;
    private int _value;

    /// <param name="path">The database, which is made when it is missing.</param>
    public SqliteCaller(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Run("PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID");
        _write = _connection.CreateCommand();
        _write.CommandText = "INSERT INTO entries VALUES ('key', $value) ON CONFLICT DO UPDATE SET value = excluded.value";
        _write.Parameters.Add("$value", SqliteType.Text);
    }

    public override void Call()
    {
        _write.Parameters[0].Value = (++_value).ToString(CultureInfo.InvariantCulture);
        _write.ExecuteNonQuery();
    }

    /// <summary>Makes a number of keys in one transaction.</summary>
    public void Fill(int keys) => Run(string.Create(
        CultureInfo.InvariantCulture,
        $"INSERT OR REPLACE INTO entries WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {keys}) SELECT 'key ' || i, CAST(i AS TEXT) FROM n"));

    /// <summary>Reads all keys and values.</summary>
    /// <returns>How many there are.</returns>
    public int ReadAll()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT key, value FROM entries";
        using var reader = command.ExecuteReader();
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            all[reader.GetString(0)] = reader.GetString(1);
        }

        return all.Count;
    }

    public override void Dispose()
    {
        _write.Dispose();
        _connection.Dispose();
    }

    private void Run(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
