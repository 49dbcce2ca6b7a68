using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Errors;

namespace ZProc.Servers;

/// <summary>
/// The servers of this user on this machine: a folder with one file for each. A file holds the secret, and only the user can read
/// it. Its name, <c>NAME.PID-START.MACHINE-BOOT.json</c>, belongs to one server process, so that no other process writes or removes it.
/// Machines and containers that share the folder leave each other's files alone: there the same id is another process.
/// </summary>
internal static partial class ServerFolder
{
    private const string Extension = ".json";
    private const string NewExtension = Extension + ".new"; // while it is written

    // For Windows a file nul.1.json is the device NUL, whatever follows the first dot.
    private static readonly string Prefix = OperatingSystem.IsWindows() ? "_" : string.Empty;

    /// <summary>Checks a server's name.</summary>
    /// <exception cref="FaultException">InvalidArgument.</exception>
    public static void CheckName(string name)
    {
        if (!Names().IsMatch(name))
        {
            throw new FaultException(
                Fault.InvalidArgument, $"'{name}' cannot be a server's name: it has 1 to 64 letters, digits, dots, dashes and underscores.", name);
        }
    }

    /// <summary>The servers that run, ordered by name. Files of servers that were killed are removed.</summary>
    public static IReadOnlyList<ZProcServer> All()
    {
        var servers = new List<ZProcServer>();
        foreach (var path in Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [])
        {
            if (OwnerOf(path) is not { } owner || owner.Place.Machine != ProcessPlace.Here.Machine)
            {
                continue;
            }

            if (owner.Place != ProcessPlace.Here || !owner.Process.IsAlive)
            {
                Delete(path); // this machine has started again since, or the server was killed, perhaps while it wrote the file
            }
            else if (path.EndsWith(Extension, StringComparison.Ordinal) && Read(path, owner.Process) is { } server)
            {
                servers.Add(server);
            }
        }

        return [.. servers.OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The server with a name.</summary>
    /// <exception cref="FaultException">CannotConnect: no such server runs.</exception>
    public static ZProcServer Find(string name)
    {
        var all = All();
        return all.FirstOrDefault(server => string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new FaultException(
                Fault.CannotConnect, $"No ZProc server named '{name}' runs on this machine for this user.{Suggestion.Sentence(name, all.Select(server => server.Name))} Get-ZProcServer lists the servers that run; Start-ZProcServer starts one.", name);
    }

    /// <summary>Registers a server, as the only one with its name.</summary>
    /// <exception cref="FaultException">InvalidArgument: a server with this name runs already.</exception>
    public static void Add(ZProcServer server)
    {
        CreateFolder();
        var path = PathOf(server, Extension);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(PathOf(server, NewExtension), options))
        {
            JsonSerializer.Serialize(file, new Dictionary<string, string>
            {
                ["name"] = server.Name,
                ["connectionString"] = server.ConnectionString,
                ["path"] = server.Path ?? string.Empty,
                ["started"] = server.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
            });
        }

        File.Move(PathOf(server, NewExtension), path, overwrite: true);

        // The check follows the registration: of two servers that start at once, at least one finds the other.
        if (All().FirstOrDefault(other => other.Process != server.Process && string.Equals(other.Name, server.Name, StringComparison.OrdinalIgnoreCase)) is { } first)
        {
            Remove(server);
            throw new FaultException(
                Fault.InvalidArgument, $"A server named '{server.Name}' runs already, as process {first.ProcessId}. Join it with Connect-ZProcContext -Name '{server.Name}', or choose another name.", server.Name);
        }
    }

    /// <summary>Removes a server's file.</summary>
    public static void Remove(ZProcServer server) => Delete(PathOf(server, Extension));

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected on Windows: another program has the file open, such as a scanner. The next listing removes it.
            ZProcEventSource.Log.FaultCaught(nameof(ServerFolder), e);
        }
    }

    private static string Folder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            && Path.IsPathFullyQualified(home) // the server has another current folder, so a relative path is another folder there
            ? home
            : throw new FaultException(Fault.InvalidArgument, "This user has no home folder, which keeps the names of servers. Set HOME to a full path, or join by the connection string."),
        "ZProc",
        "servers");

    private static string PathOf(ZProcServer server, string extension) => Path.Combine(Folder, string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{server.Name}.{server.Process.Id}-{server.Process.StartTime}.{ProcessPlace.Here.Machine}-{ProcessPlace.Here.Boot}{extension}"));

    /// <summary>The process that a file belongs to, by the file's name; null when ZProc did not write the file.</summary>
    private static (ProcessIdentity Process, ProcessPlace Place)? OwnerOf(string path)
    {
        var match = Files().Match(Path.GetFileName(path));
        return match.Success
            && int.TryParse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(match.Groups["start"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? (new ProcessIdentity(id, start), new ProcessPlace(match.Groups["machine"].Value, match.Groups["boot"].Value))
            : null;
    }

    private static void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder);
        }
        else
        {
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static ZProcServer? Read(string path, ProcessIdentity process)
    {
        try
        {
            // A reader must not keep another session from the removal of the file.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var fields = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
            return new ZProcServer(
                fields["name"],
                fields["connectionString"],
                process,
                DateTime.Parse(fields["started"], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
                fields.GetValueOrDefault("path") is { Length: > 0 } state ? state : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or FormatException or FaultException)
        {
            // Expected: the file was removed at this moment, or ZProc did not write it.
            ZProcEventSource.Log.FaultCaught(nameof(ServerFolder), e);
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex(
        @"\.(?<id>[0-9]+)-(?<start>[0-9]+)\.(?<machine>[0-9a-f]+)-(?<boot>[0-9a-f]*)\.json(\.new)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Files();
}
