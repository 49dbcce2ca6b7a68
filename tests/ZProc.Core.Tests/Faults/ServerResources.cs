namespace ZProc.Core.Tests.Faults;

/// <summary>What this process holds for the servers in it. On Linux.</summary>
internal static class ServerResources
{
    /// <summary>The open descriptors, except those of files: the runtime keeps the assemblies open that it loads meanwhile.</summary>
    public static int Descriptors => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(static path => new FileInfo(path).LinkTarget is { } target && !target.StartsWith('/'));

    /// <summary>The threads of the library.</summary>
    public static int Threads => Directory.GetDirectories("/proc/self/task").Count(IsOurs);

    private static bool IsOurs(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("ZProc ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has just ended
        }
    }
}
