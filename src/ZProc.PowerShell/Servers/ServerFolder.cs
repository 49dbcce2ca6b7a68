using System.Text.RegularExpressions;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Errors;

namespace ZProc.Servers;

/// <summary>
/// The servers of this user on this machine: a folder with one <see cref="ServerFile"/> for each. Machines and containers that share the
/// folder leave each other's files alone: there the same id is another process. A server removes its file at its end. The file of one
/// that was killed is removed by the next listing, unless its state is on disk: it then says how to start the next server.
/// </summary>
internal static partial class ServerFolder
{
    private const int MostListings = 10;

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

    /// <summary>The servers that run or are down, ordered by name.</summary>
    public static IReadOnlyList<ZProcServer> All()
    {
        for (var listing = 1; ; listing++)
        {
            var servers = List(out var isComplete);
            if (isComplete || listing == MostListings)
            {
                return servers;
            }
        }
    }

    /// <summary>The server with a name, which runs or is down; null when there is none.</summary>
    public static ZProcServer? TryFind(string name) => All().FirstOrDefault(server => IsNamed(server, name));

    /// <summary>The server that is down and was joined with a connection string; null when there is none.</summary>
    public static ZProcServer? TryFindDown(string connection) =>
        All().FirstOrDefault(server => server.State == ZProcServerState.Down && server.ConnectionString == connection);

    /// <summary>The server with a name, which runs or is down.</summary>
    /// <exception cref="FaultException">CannotConnect: there is no such server.</exception>
    public static ZProcServer Find(string name)
    {
        var all = All();
        return all.FirstOrDefault(server => IsNamed(server, name))
            ?? throw new FaultException(
                Fault.CannotConnect, $"No ZProc server named '{name}' runs on this machine for this user.{Suggestion.Sentence(name, all.Select(server => server.Name))} Get-ZProcServer lists the servers that run; Start-ZProcServer starts one.", name);
    }

    /// <summary>Registers a server, as the only one with its name.</summary>
    /// <param name="server">The server.</param>
    /// <param name="settings">What it was started with.</param>
    /// <exception cref="FaultException">InvalidArgument: a server with this name runs already.</exception>
    public static void Add(ZProcServer server, ServerSettings settings)
    {
        CreateFolder();
        ServerFile.Write(Folder, server, settings);

        // The check follows the registration: of two servers that start at once, at least one finds the other.
        if (All().FirstOrDefault(other => other.State == ZProcServerState.Running && other.Process != server.Process && IsNamed(other, server.Name)) is { } first)
        {
            Remove(server);
            throw new FaultException(
                Fault.InvalidArgument, $"A server named '{server.Name}' runs already, as process {first.ProcessId}. Join it with Connect-ZProcContext -Name '{server.Name}', or choose another name.", server.Name);
        }
    }

    /// <summary>Removes a server's file.</summary>
    public static void Remove(ZProcServer server)
    {
        foreach (var path in Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [])
        {
            if (ServerFile.OwnerOf(path) is { } owner && owner.Process == server.Process && owner.Place.Machine == ProcessPlace.Here.Machine)
            {
                ServerFile.Delete(path);
            }
        }
    }

    /// <summary>Takes the turn to start or guard a server, which one process has at a time. The system gives it back with the process.</summary>
    /// <param name="name">The server's name.</param>
    /// <param name="work">What is done in turn: <c>start</c> or <c>guard</c>.</param>
    /// <returns>Holds the turn until it is disposed; null when another process has it.</returns>
    public static IDisposable? TryTakeTurn(string name, string work)
    {
        CreateFolder();
        try
        {
            return new FileStream(Path.Combine(Folder, $"_{name}.{work}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: another process has it, or has just closed it.
            ZProcEventSource.Log.FaultCaught(nameof(ServerFolder), e);
            return null;
        }
    }

    /// <summary>Lists the servers once.</summary>
    /// <param name="isComplete">False when a file went meanwhile: that of the next server may have come in its place.</param>
    private static ZProcServer[] List(out bool isComplete)
    {
        isComplete = true;
        var servers = new List<(ZProcServer Server, string Path)>();
        foreach (var path in Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [])
        {
            if (ServerFile.OwnerOf(path) is not { } owner || owner.Place.Machine != ProcessPlace.Here.Machine)
            {
                continue;
            }

            var isRunning = owner.Place == ProcessPlace.Here && owner.Process.IsAlive;
            var server = path.EndsWith(ServerFile.Extension, StringComparison.Ordinal) ? ServerFile.Read(path, owner.Process, isRunning) : null;
            if (server is not null && (isRunning || Directory.Exists(server.Path)))
            {
                servers.Add((server, path));
            }
            else if (!File.Exists(path))
            {
                isComplete = false;
            }
            else if (!isRunning)
            {
                ServerFile.Delete(path); // this machine has started again since, or the server was killed, perhaps while it wrote the file
            }
        }

        foreach (var replaced in servers.FindAll(down => down.Server.State == ZProcServerState.Down && servers.Exists(next => IsNext(down.Server, next.Server))))
        {
            servers.Remove(replaced);
            ServerFile.Delete(replaced.Path);
        }

        return [.. servers.Select(static item => item.Server).OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Whether a server has taken the place of one that is down.</summary>
    private static bool IsNext(ZProcServer down, ZProcServer other) =>
        other != down
        && (other.State == ZProcServerState.Running || other.StartTime > down.StartTime)
        && (IsNamed(other, down.Name) || FolderPath.AreSame(other.Path, down.Path));

    private static bool IsNamed(ZProcServer server, string name) => string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase);

    private static string Folder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            && Path.IsPathFullyQualified(home) // the server has another current folder, so a relative path is another folder there
            ? home
            : throw new FaultException(Fault.InvalidArgument, "This user has no home folder, which keeps the names of servers. Set HOME to a full path, or join by the connection string."),
        "ZProc",
        "servers");

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

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
