namespace ZProc.Core.Processes;

/// <summary>The pipes that Linux processes hold, as <c>/proc</c> shows them.</summary>
internal static class LinuxPipes
{
    private const string Flags = "flags:";

    /// <summary>The pipes that this process reads.</summary>
    public static HashSet<string> ReadHere() =>
        PipesOf("/proc/self").Where(pipe => IsReadOnly(pipe.Descriptor)).Select(pipe => pipe.Name).ToHashSet();

    /// <summary>Whether a process holds one of some pipes.</summary>
    public static bool AnyHeldBy(int id, HashSet<string> pipes) => PipesOf($"/proc/{id}").Any(pipe => pipes.Contains(pipe.Name));

    private static IEnumerable<(string Descriptor, string Name)> PipesOf(string process)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles($"{process}/fd");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: the process has ended, or belongs to another user.
            yield break;
        }

        foreach (var file in files)
        {
            if (TargetOf(file) is { } target && target.StartsWith("pipe:", StringComparison.Ordinal))
            {
                yield return (Path.GetFileName(file), target);
            }
        }
    }

    private static string? TargetOf(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: the descriptor was closed meanwhile.
            return null;
        }
    }

    private static bool IsReadOnly(string descriptor)
    {
        try
        {
            var flags = File.ReadLines($"/proc/self/fdinfo/{descriptor}").First(line => line.StartsWith(Flags, StringComparison.Ordinal));
            return flags[^1] is '0'; // octal: the last digit is the access mode, and 1 and 2 write
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: the descriptor was closed meanwhile.
            return false;
        }
    }
}
