using Microsoft.Data.Sqlite;

namespace ZProc.Core.Tests.Durable;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"zproc-durable-{Guid.NewGuid():N}");

    /// <summary>The path of something inside.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Copies the files of a state as they are, as if its server ended here.</summary>
    public string CopyState(string from, string name)
    {
        Directory.CreateDirectory(this[name]);
        foreach (var file in new[] { "state.db", "state.db-wal" })
        {
            using var source = new FileStream(System.IO.Path.Combine(from, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(System.IO.Path.Combine(this[name], file));
            source.CopyTo(target);
        }

        return this[name];
    }

    /// <summary>Runs a statement on the database of a state inside.</summary>
    public void Sql(string name, string text)
    {
        using var connection = new SqliteConnection($"Data Source={this[name + "/state.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts are the test's own
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>The bytes of the files in a folder.</summary>
    public static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
