using Microsoft.Data.Sqlite;
using ZProc.Core.Durable;

namespace ZProc.Core.Tests.Durable;

/// <summary>The settings of the database.</summary>
public sealed class SqliteSchemaTests
{
    [Theory]
    [InlineData("fullfsync")] // on macOS fsync leaves what was written in the disk's own memory
    [InlineData("checkpoint_fullfsync")]
    public void Every_write_reaches_the_disk_itself(string setting)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        SqliteSchema.Prepare(connection, Durability.Always, start: null, isTakenBack: false);
        Assert.Equal(1, SqliteSchema.Read(connection, $"PRAGMA {setting}"));
    }
}
