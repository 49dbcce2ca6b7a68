using System.Globalization;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Durable;

/// <summary>
/// The folder of a durable store. One server at a time holds it: the system releases the lock with the process. Only the owner of the
/// folder can read what is in it.
/// </summary>
internal sealed class DurableFolder : IDisposable
{
    private const string LockFile = "server.lock";
    private const string OwnerFile = "server.txt"; // on Windows a locked file cannot be read
    private const string StateFile = "state.db";
    private const string ConnectionFile = "connection.txt";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DurableFolder(string path, FileStream taken)
    {
        Path = path;
        _lock = taken;
        Start = new StartMark(taken);
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>What tells the folder from its copies: the path without links.</summary>
    private string Place => WithoutLinks(Path);

    /// <summary>Tells the folder's database from older copies of it. It is in the file of the lock, which only the holder opens.</summary>
    public StartMark Start { get; }

    /// <summary>The file of the state.</summary>
    public string State => System.IO.Path.Combine(Path, StateFile);

    /// <summary>Makes the folder when it is missing, and takes it.</summary>
    /// <exception cref="FaultException">
    /// InvalidArgument: the folder cannot be made or used. DirectoryInUse: another server has it. DiskFailed: the disk is full or fails.
    /// </exception>
    public static DurableFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (File.Exists(path))
        {
            throw new FaultException(Fault.InvalidArgument, $"'{path}' is a file. Give the path of a folder for the state.", path);
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path) ?? path))
        {
            throw new FaultException(Fault.InvalidArgument, $"The folder of '{path}' does not exist. Make it first, or give another path.", path);
        }

        try
        {
            if (!Directory.Exists(path))
            {
                Make(path);
            }

            var taken = Lock(path);
            try
            {
                File.WriteAllText(
                    System.IO.Path.Combine(path, OwnerFile),
                    string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTime.UtcNow:u}"));
                var folder = new DurableFolder(path, taken);
                if (!File.Exists(folder.State))
                {
                    MakePrivate(folder.State); // the log of the database gets the same rights
                }

                return folder;
            }
            catch
            {
                taken.Dispose();
                throw;
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw Describe(path, isRead: false, failed);
        }
    }

    /// <summary>What of the log of the state cannot be read; null when everything can.</summary>
    /// <exception cref="FaultException">InvalidArgument: the user may not read it. DiskFailed: the disk fails.</exception>
    public CutOff? ScanLog()
    {
        try
        {
            return LogScan.Run(State + "-wal");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw Describe(Path, isRead: true, failed);
        }
    }

    /// <summary>The address and secret of the last server in this folder; null when there was none. A copy of the folder is another place, with other clients.</summary>
    public ConnectionString? ReadConnection()
    {
        try
        {
            var lines = File.ReadAllLines(System.IO.Path.Combine(Path, ConnectionFile));
            return lines.Length > 1 && FolderPath.AreSame(lines[1], Place) ? ConnectionString.Parse(lines[0]) : null;
        }
        catch (Exception expected) when (expected is IOException or UnauthorizedAccessException or FaultException)
        {
            // Expected: the first server, or one that the disk had no room for. Then the secret is a new one.
            ZProcEventSource.Log.FaultCaught(nameof(DurableFolder), expected);
            return null;
        }
    }

    /// <summary>Keeps the address and secret for the next server, which the same clients find.</summary>
    /// <exception cref="FaultException">DiskFailed.</exception>
    public void WriteConnection(ConnectionString connection)
    {
        try
        {
            var path = System.IO.Path.Combine(Path, ConnectionFile);
            MakePrivate(path + ".new", $"{connection.Text}\n{Place}\n");
            FileReplacement.Move(path + ".new", path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(Fault.DiskFailed, $"'{Path}' could not be written ({failed.Message}). Make room and try again.", Path, failed);
        }
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The error for a folder that could not be used: another one is needed, or the disk fails.</summary>
    internal static FaultException Describe(string path, bool isRead, Exception exception) => exception switch
    {
        UnauthorizedAccessException => new(
            Fault.InvalidArgument, $"This user may not {(isRead ? "read" : "write to")} '{path}'. Give a folder of your own.", path, exception),
        IOException failed when failed.GetType() == typeof(IOException) && !IsBadName(failed) => new(
            Fault.DiskFailed,
            $"'{path}' could not be {(isRead ? "read" : "written")} ({failed.Message}). Look after the disk, or give another folder.",
            path,
            failed),
        _ => new(Fault.InvalidArgument, $"The folder '{path}' cannot be used: {exception.Message} Give another path.", path, exception),
    };

    private static string WithoutLinks(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        var real = System.IO.Path.Combine(WithoutLinks(parent), System.IO.Path.GetFileName(path));
        return new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? real;
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsPrivacy.CreateFolder(path);
        }
        else
        {
            Directory.CreateDirectory(path, Private);
        }
    }

    private static void MakePrivate(string path, string text = "")
    {
        using var file = new StreamWriter(OperatingSystem.IsWindows()
            ? WindowsPrivacy.CreateFile(path)
            : new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }));
        file.Write(text);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            // On Windows a scanner may have the file open, which the server before this one has just closed.
            return FilePatience.Run(
                () => new FileStream(System.IO.Path.Combine(path, LockFile), new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None,
                }),
                static failed => failed is IOException taken && IsTaken(taken),
                FilePatience.OfSystem);
        }
        catch (IOException taken) when (IsTaken(taken))
        {
            throw new FaultException(
                Fault.DirectoryInUse, $"Another server has the folder '{path}': {ReadOwner(path)}. Connect to that server, stop it, or give another folder.", path, taken);
        }
    }

    /// <summary>Whether another process has the file: on Windows a sharing or a lock violation, elsewhere <c>EWOULDBLOCK</c>.</summary>
    private static bool IsTaken(IOException exception) =>
        OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is 32 or 33 : exception.HResult == (OperatingSystem.IsLinux() ? 11 : 35);

    /// <summary>Whether the file system has no such names: on Windows an illegal name or path, elsewhere <c>EINVAL</c>.</summary>
    private static bool IsBadName(IOException exception) =>
        OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is 123 or 161 : exception.HResult == 22;

    private static string ReadOwner(string path)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Combine(path, OwnerFile)).Trim();
        }
        catch (Exception expected) when (expected is IOException or UnauthorizedAccessException)
        {
            // Expected: the other server is starting, and has not written yet who it is.
            ZProcEventSource.Log.FaultCaught(nameof(DurableFolder), expected);
            return "one that is starting";
        }
    }
}
